"""Files leave only as attachments, from another origin, with a ticket of one minute; sealed where they sleep."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from conftest import login_eid, make_identity
from portal.config import CONFIG
from portal.dossiers.models import Dossier
from portal.store import tickets, vault
from portal.store.models import StoredFile

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db
FILES_HOST = CONFIG.files_origin.partition("://")[2]


@pytest.fixture
def filed(client: Client, registry: kit.Registry) -> Dossier:
    """A dossier with a paper, filed in `client`."""
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft, **{"chu-ho": kit.ANSWERS["chu-ho"] | {"consent_channel": "eid"}})
    upload = SimpleUploadedFile("Giấy khác.pdf", kit.pdf(), "text/html")
    assert client.post(f"/ho-so/ban-nhap/{draft.pk}/giay-to", {"other_paper": upload}).status_code == 302
    return kit.submit(client, draft)


def _address(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CONFIG.files_origin + "/tep/")
    return str(answer.headers["Location"].removeprefix(CONFIG.files_origin))


def test_officer_gets_an_attachment_from_the_files_origin(
    client: Client, browser: Callable[[], Client], filed: Dossier
) -> None:
    officer, _grant = kit.officer_browser(browser)
    row = filed.files.get()
    path = _address(officer, f"/mot-cua/ho-so/{filed.pk}/tep/{row.pk}")
    plain = Client(headers={"host": FILES_HOST})  # no cookie of the portal reaches this host
    answer = plain.get(path)
    assert answer.status_code == 200
    assert answer.content == vault.take(row.stored)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_each_host_answers_for_its_own_only(client: Client, filed: Dossier) -> None:
    path = _address(client, f"/ho-so/{filed.pk}/tep/{filed.files.get().pk}")
    assert client.get(path).status_code == 404
    from portal.store import views

    class Request:
        method = "GET"

        def get_host(self) -> str:
            return CONFIG.origin.partition("://")[2]

    from django.http import Http404

    with pytest.raises(Http404):
        views.fetch_file(Request(), path.removeprefix("/tep/"))  # type: ignore[arg-type]
    assert Client(headers={"host": FILES_HOST}).get("/ho-so").status_code == 404


def test_a_ticket_dies_after_a_minute_and_cannot_be_bent(
    client: Client, filed: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _address(client, f"/ho-so/{filed.pk}/tep/{filed.files.get().pk}")
    plain = Client(headers={"host": FILES_HOST})
    assert plain.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 410
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + tickets.LIFETIME_SECONDS + 2)
    assert plain.get(path).status_code == 410


def test_another_person_gets_no_ticket(browser: Callable[[], Client], filed: Dossier) -> None:
    stranger = browser()
    login_eid(stranger, make_identity(personal_id="045085000777"))
    assert stranger.get(f"/ho-so/{filed.pk}/tep/{filed.files.get().pk}").status_code == 404
    assert stranger.get(f"/mot-cua/ho-so/{filed.pk}/tep/{filed.files.get().pk}").status_code == 403


def test_a_dump_shows_neither_name_nor_content(filed: Dossier) -> None:
    stored = StoredFile.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(f)::text, content from store_storedfile f")
        row, content = cursor.fetchone()
    assert "Giấy" not in row
    assert b"%PDF" not in bytes(content)
    StoredFile.objects.filter(pk=stored.pk).update(content=bytes(content)[:-1] + b"\x00")
    with pytest.raises(vault.FileDamaged):
        vault.take(StoredFile.objects.get())
