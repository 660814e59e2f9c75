"""A file is what its bytes are: empty, too large, renamed, broken, locked or active files are refused by name."""

from __future__ import annotations

import io
import zlib

import dossier_kit as kit
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import login_eid
from portal.dossiers.models import DraftFile
from portal.store.inspection import MAX_BYTES, FileFault, FileRefused, inspect, safe_name
from portal.store.models import StoredFile

pytest_plugins = ["dossier_fixtures"]
EXE = b"MZ\x90\x00" + bytes(600)


def _script_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _locked_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def _bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 30,000 by 30,000 pixels."""
    plain = kit.picture(size=(1, 1))
    head = (30_000).to_bytes(4, "big") * 2 + plain[24:29]
    crc = zlib.crc32(b"IHDR" + head).to_bytes(4, "big")
    return plain[:16] + head + crc + plain[33:]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("trong.pdf", b"", FileFault.EMPTY),
        ("anh-nha.pdf", EXE, FileFault.WRONG_TYPE),
        ("anh-nha.jpg", b"GIF89a" + bytes(40), FileFault.WRONG_TYPE),
        ("trang.pdf", b"<html><script>alert(1)</script></html>", FileFault.WRONG_TYPE),
        ("rach.pdf", b"%PDF-1.7\n" + bytes(50), FileFault.BROKEN),
        ("rach.png", kit.picture()[:60], FileFault.BROKEN),
        ("rach.jpg", kit.picture("JPEG")[:200], FileFault.BROKEN),
        ("to.png", _bomb(), FileFault.IMAGE_TOO_LARGE),
        ("chay.pdf", _script_pdf(), FileFault.ACTIVE),
        ("khoa.pdf", _locked_pdf(), FileFault.LOCKED),
        ("lon.pdf", b"%PDF-" + bytes(MAX_BYTES), FileFault.TOO_LARGE),
    ],
)
def test_refused_by_name_of_the_fault(name: str, content: bytes, fault: FileFault) -> None:
    with pytest.raises(FileRefused) as refused:
        inspect(name, content)
    assert refused.value.fault is fault


def test_an_image_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_: object) -> None:
        raise AssertionError("the picture was unpacked")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpack)
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", None)  # not Pillow's own limit is tried here
    with pytest.raises(FileRefused) as refused:
        inspect("to.png", _bomb())
    assert refused.value.fault is FileFault.IMAGE_TOO_LARGE


@pytest.mark.parametrize(
    ("name", "content", "media_type", "shown"),
    [
        ("Hợp đồng.pdf", kit.pdf(), "application/pdf", "Hợp đồng.pdf"),
        ("anh.exe", kit.picture("JPEG"), "image/jpeg", "anh.jpg"),
        ("../../etc/passwd", kit.picture(), "image/png", "passwd.png"),
        ("\u202egpj.exe", kit.picture(), "image/png", "gpj.png"),
    ],
)
def test_the_content_gives_the_type_and_the_extension(name: str, content: bytes, media_type: str, shown: str) -> None:
    inspected = inspect(name, content)
    assert (inspected.media_type, inspected.name) == (media_type, shown)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(start=st.sampled_from([kit.pdf(), kit.picture(), kit.picture("JPEG")]), data=st.data())
def test_torn_files_are_refused_or_read_but_never_crash(start: bytes, data: st.DataObject) -> None:
    content = bytearray(start)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    try:
        inspected = inspect("tep", bytes(content[:cut]))
    except FileRefused:
        return
    assert inspected.media_type in {"application/pdf", "image/png", "image/jpeg"}


@given(st.text(max_size=300))
def test_a_shown_name_holds_no_path_and_no_hidden_sign(name: str) -> None:
    shown = safe_name(name, "application/pdf")
    assert shown.endswith(".pdf")
    assert not set(shown) & set('/\\"<>:\r\n\u202e\u200b\x00')
    assert len(shown) <= 104


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
class TestThroughTheForm:
    """The same, posted as a browser does."""

    def _draft(self, client: Client) -> str:
        kit.seed_catalogue()
        login_eid(client)
        draft = kit.begin(client)
        client.post(f"/ho-so/ban-nhap/{draft.pk}/ho-gia-dinh", {"household": "new"})
        return f"/ho-so/ban-nhap/{draft.pk}/giay-to"

    def _send(self, client: Client, page: str, name: str, content: bytes) -> str:
        upload = SimpleUploadedFile(name, content, "application/pdf")
        answer = client.post(page, {"dwelling_proof": upload})
        return "sent" if answer.status_code == 302 else answer.content.decode()

    def test_a_renamed_exe_is_refused(self, client: Client) -> None:
        page = self._draft(client)
        assert "“anh-nha.pdf” không phải PDF hay ảnh" in self._send(client, page, "anh-nha.pdf", EXE)
        assert StoredFile.objects.count() == 0

    def test_an_empty_file_is_refused(self, client: Client) -> None:
        page = self._draft(client)
        assert "“trong.pdf” trống" in self._send(client, page, "trong.pdf", b"")

    def test_30_mb_are_refused_while_they_stream(self, client: Client) -> None:
        page = self._draft(client)
        seen: list[int] = []
        from portal.store import upload

        class Watching(upload.BoundedUploadHandler):
            def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
                kept = super().receive_data_chunk(raw_data, start)
                seen.append(self._buffer.getbuffer().nbytes if self._buffer else 0)
                return kept

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(upload, "BoundedUploadHandler", Watching)
            text = self._send(client, page, "lon.pdf", b"%PDF-" + bytes(30 * 1024 * 1024))
        assert "lớn hơn 10 MB" in text
        assert max(seen) <= MAX_BYTES
        assert seen[-1] == 0
        assert StoredFile.objects.count() == 0

    def test_a_body_that_announces_too_much_is_not_read(self, client: Client) -> None:
        page = self._draft(client)
        answer = client.post(page, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9))
        assert answer.status_code == 413

    def test_a_form_from_elsewhere_is_refused(self, client: Client) -> None:
        page = self._draft(client)
        strict = Client(enforce_csrf_checks=True, headers=client.headers)  # type: ignore[attr-defined]
        strict.cookies = client.cookies
        upload = SimpleUploadedFile("mot.pdf", kit.pdf())
        assert strict.post(page, {"dwelling_proof": upload}).status_code == 403
        assert StoredFile.objects.count() == 0

    def test_another_upload_replaces_the_first_and_erases_it(self, client: Client) -> None:
        page = self._draft(client)
        assert self._send(client, page, "mot.pdf", kit.pdf()) == "sent"
        assert self._send(client, page, "hai.pdf", kit.pdf(2)) == "sent"
        assert [row.stored.name for row in DraftFile.objects.all()] == ["hai.pdf"]
        assert StoredFile.objects.count() == 1
        client.post(page, {"remove-dwelling_proof": "1"})
        assert StoredFile.objects.count() == 0
