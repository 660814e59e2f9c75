"""A dossier filed at one portal for an office of another arrives once, gets its code there, and its news come back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import dossier_kit as kit
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import login_eid
from portal.accounts import between_portals
from portal.accounts.between_portals import Said, SaidNo, Unavailable
from portal.accounts.models import Profile
from portal.catalogue.models import Office
from portal.dossiers import between, outbox
from portal.dossiers.actions import hand_over
from portal.dossiers.actions.receive import HandOverRefused, receive
from portal.dossiers.actions.receive_status import receive_status
from portal.dossiers.models import Dossier, Origin, Outgoing
from portal.dossiers.ownership import own_dossiers
from portal.store.models import StoredFile

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db
PEER = "quangtri"


class Wire:
    """Both portals in one database: what one asks, the other hears at once. The receiver knows its own references."""

    def __init__(self) -> None:
        self.down = False
        self.bend: dict[str, Any] = {}
        self.there: dict[str, str] = {}
        self.said: list[tuple[str, dict[str, Any], dict[str, Any]]] = []

    def ask(
        self, portal: str, type_: str, body: Mapping[str, Any], secret: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        if self.down:
            raise Unavailable("down")
        self.said.append((type_, dict(body), dict(secret)))
        hearing = between_portals.hearing_of(type_, path)
        assert hearing is not None
        sent = dict(body)
        if type_ == "dossier":
            Office.objects.update(peer="")
            sent["reference"] = self.there.setdefault(body["reference"], str(uuid.uuid4()))
        if type_ == "dossier-file":  # asked by the other side, about the reference that this side gave
            sent["reference"] = next(k for k, v in self.there.items() if v == body["reference"])
        sender = PEER if type_ in {"dossier-file", "dossier-status"} else "national"
        answer = dict(hearing.hearer(Said(sender, "", type_, sent, 0.0, dict(secret) | self.bend)) or {})
        if "code" in answer:  # one database holds both sides here, and a code is unique in it
            answer["code"] = answer["code"].replace("-0", "-9")
        return answer

    def tell(self, *_: Any) -> str:
        raise AssertionError("dossiers are handed over in order, not told")

    def addresses(self) -> dict[str, str]:
        return {PEER: ""}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The way between the portals."""
    made = Wire()
    monkeypatch.setattr(between_portals, "_carrier", [made])
    return made


@pytest.fixture
def filed(client: Client, registry: kit.Registry, wire: Wire) -> Dossier:
    """A dossier with a paper, filed here for an office that works at the peer."""
    kit.seed_catalogue(desk_here=False)
    login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft)
    client.post(f"/ho-so/ban-nhap/{draft.pk}/giay-to", {"other_paper": SimpleUploadedFile("khác.pdf", kit.pdf())})
    return kit.submit(client, draft)


def _received() -> Dossier:
    return Dossier.objects.get(origin=Origin.RECEIVED)


def test_it_waits_without_a_code_until_the_other_portal_has_given_one(
    client: Client, filed: Dossier, wire: Wire
) -> None:
    assert (filed.origin, filed.code, filed.peer) == (Origin.HANDED_OVER, None, PEER)
    wire.down = True
    assert between.send_waiting(PEER) == 0
    assert "đang chuyển đến Công an xã Tân Thành" in client.get(f"/ho-so/{filed.pk}").content.decode()
    wire.down = False
    assert between.send_waiting(PEER) == 0  # not due yet: ever more slowly
    Outgoing.objects.update(next_attempt_at=None)
    assert between.send_waiting(PEER) == 1
    filed.refresh_from_db()
    there = _received()
    assert (there.code, filed.code) == ("000.00.01.H50-240504-0001", "000.00.01.H50-240504-9001")
    assert there.read_answers()["address_line"] == "Số 12, thôn 4"
    assert there.files.get().stored.sha256 == filed.files.get().stored.sha256
    row = Outgoing.objects.get()
    with pytest.raises(ValueError, match="one code"):
        hand_over.delivered(row, {"code": "000.00.01.H50-240504-0002"})


def test_nothing_of_a_person_can_be_read_on_the_way(filed: Dossier, wire: Wire) -> None:
    between.send_waiting(PEER)
    plain = str([body for _type, body, _secret in wire.said])
    for secret in ("Duyên", "045185000123", "0905000123", "Số 12", "khác.pdf"):
        assert secret not in plain


def test_the_same_message_twice_makes_one_dossier(filed: Dossier, wire: Wire) -> None:
    between.send_waiting(PEER)
    Outgoing.objects.update(delivered_at=None)
    between.send_waiting(PEER)
    assert Dossier.objects.filter(origin=Origin.RECEIVED).count() == 1
    assert Outgoing.objects.exclude(delivered_at=None).count() == 1


def test_the_person_finds_it_there_by_the_vouched_number_only(filed: Dossier, wire: Wire) -> None:
    between.send_waiting(PEER)
    who = Profile.objects.get()
    assert _received().profile == who
    letter = hand_over.letter(Outgoing.objects.get())
    stated = letter.body | letter.secret | {"reference": str(uuid.uuid4()), "vouched": {}, "files": []}
    unproven = Dossier.objects.get(code=receive(stated, "national", lambda _file: b"")["code"])
    assert unproven.profile is None
    assert unproven not in own_dossiers(who)


def test_a_bent_message_is_refused_whole_and_not_tried_again(filed: Dossier, wire: Wire) -> None:
    letter = hand_over.letter(Outgoing.objects.get())
    Office.objects.update(peer="")
    message = letter.body | letter.secret | {"reference": str(uuid.uuid4())}
    with pytest.raises(HandOverRefused, match="FILE_HASH"):
        receive(message, "national", lambda _file: kit.pdf(2))
    exe = b"MZ" + bytes(90)
    import hashlib

    bent = message | {"files": [message["files"][0] | {"sha256": hashlib.sha256(exe).hexdigest()}]}
    with pytest.raises(HandOverRefused, match="FILE_WRONG_TYPE"):
        receive(bent, "national", lambda _file: exe)
    with pytest.raises(HandOverRefused, match="NO_OFFICE"):
        receive(message | {"office_code": "000.00.99.H50"}, "national", lambda _file: b"")
    wire.bend = {"files": [message["files"][0] | {"key": "00" * 32}]}
    assert between.send_waiting(PEER) == 0
    assert Outgoing.objects.get().refused_with == "FILE_DAMAGED"
    assert Dossier.objects.filter(origin=Origin.RECEIVED).count() == 0


def test_a_file_is_given_to_the_portal_of_its_dossier_only(filed: Dossier) -> None:
    stored = StoredFile.objects.get()
    question = {"reference": str(filed.reference), "id": str(stored.pk), "part": 0}
    assert between.file_asked(Said(PEER, "", "dossier-file", question, 0.0))["parts"] == 1
    with pytest.raises(SaidNo):
        between.file_asked(Said("someone-else", "", "dossier-file", question, 0.0))


def test_another_peer_cannot_touch_the_reference(filed: Dossier, wire: Wire) -> None:
    between.send_waiting(PEER)
    there = _received()
    withdrawal = {"kind": "withdrawal", "reference": str(there.reference), "seq": 2, "reason": ""}
    with pytest.raises(HandOverRefused, match="UNKNOWN_REFERENCE"):
        receive(withdrawal, "someone-else", lambda _file: b"")
    for _ in range(2):
        receive(withdrawal, "national", lambda _file: b"")
    there.refresh_from_db()
    assert there.state == "withdrawn"
    assert there.events.count() == 2


def test_news_come_back_once_and_in_any_order(client: Client, filed: Dossier) -> None:
    def news(seq: int, act: str, state: str, **note: str) -> dict[str, Any]:
        return {
            "kind": "status",
            "reference": str(filed.reference),
            "seq": seq,
            "at": "2024-05-06T08:00:00+07:00",
            "code": "000.00.01.H50-240504-0001",
            "act": act,
            "state": state,
            "unit": "Công an xã Tân Thành",
            "officer": "Bùi Thị Ngọc",
            "note": note,
            "respond_by": None,
            "appointment_at": "2024-05-09T17:00:00+07:00",
        }

    accepted = news(2, "accept", "accepted")
    assert receive_status(news(3, "start", "processing"), PEER) is True
    assert receive_status(accepted, PEER) is False
    assert receive_status(news(3, "start", "processing"), PEER) is False
    with pytest.raises(LookupError):
        receive_status(news(4, "complete", "done"), "someone-else")
    filed.refresh_from_db()
    assert (filed.state, filed.code) == ("processing", "000.00.01.H50-240504-0001")
    page = client.get(f"/ho-so/{filed.pk}").content.decode()
    assert "Bùi Thị Ngọc" in page
    assert "Đang xử lý" in page


def test_a_withdrawal_follows_the_dossier_in_order(client: Client, filed: Dossier, wire: Wire) -> None:
    client.post(f"/ho-so/{filed.pk}/rut", {"reason": "Đổi ý"})
    kinds = list(Outgoing.objects.order_by("id").values_list("kind", "peer"))
    assert kinds == [("dossier", PEER), ("withdrawal", PEER)]
    assert [row.kind for row in outbox.waiting(PEER)] == ["dossier"]  # never out of order
    assert (between.send_waiting(PEER), between.send_waiting(PEER)) == (1, 1)
    assert _received().state == "withdrawn"
    assert [row.kind for row in Outgoing.objects.filter(peer="national")] == ["status"]
