"""A dossier filed at one portal for an office of another arrives once, gets its code there, and its news come back."""

from __future__ import annotations

import base64
import copy
import hashlib
from typing import Any

import dossier_kit as kit
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import login_eid
from portal.accounts.models import Profile
from portal.catalogue.models import Office
from portal.dossiers import outbox
from portal.dossiers.actions import hand_over
from portal.dossiers.actions.receive import HandOverRefused, receive
from portal.dossiers.actions.receive_status import receive_status
from portal.dossiers.models import Dossier, Origin, Outgoing
from portal.dossiers.ownership import own_dossiers

pytest_plugins = ["dossier_kit"]
pytestmark = pytest.mark.django_db
PEER = "quangtri"


@pytest.fixture
def filed(client: Client, registry: kit.Registry) -> Dossier:
    """A dossier with a paper, filed here for an office that works at the peer."""
    kit.seed_catalogue(desk_here=False)
    login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft)
    client.post(f"/ho-so/ban-nhap/{draft.pk}/giay-to", {"other_paper": SimpleUploadedFile("khác.pdf", kit.pdf())})
    return kit.submit(client, draft)


def _message(dossier: Dossier) -> dict[str, Any]:
    (row,) = outbox.waiting(PEER)
    assert row.dossier == dossier
    return hand_over.payload(row)


def _other_portal(message: dict[str, Any], peer: str = "national") -> Dossier:
    """The same database plays the receiving portal: its offices work here, the reference is new to it."""
    Office.objects.update(peer="")
    answer = receive(message, peer)
    return Dossier.objects.get(code=answer["code"])


def _as_seen_there(message: dict[str, Any]) -> dict[str, Any]:
    import uuid

    return copy.deepcopy(message) | {"reference": str(uuid.uuid4())}


def test_filed_here_without_a_code_until_the_other_portal_gives_one(client: Client, filed: Dossier) -> None:
    assert (filed.origin, filed.code, filed.peer) == (Origin.HANDED_OVER, None, PEER)
    page = client.get(f"/ho-so/{filed.pk}/bien-nhan").content.decode()
    assert "đang chuyển đến Công an xã Tân Thành" in page
    (row,) = outbox.waiting(PEER)
    hand_over.failed(row)
    assert outbox.waiting(PEER) == []
    hand_over.delivered(row, {"code": "000.00.01.H50-240504-0001"})
    filed.refresh_from_db()
    assert filed.code == "000.00.01.H50-240504-0001"
    with pytest.raises(ValueError, match="one code"):
        hand_over.delivered(row, {"code": "000.00.01.H50-240504-0002"})


def test_the_same_message_twice_makes_one_dossier(filed: Dossier) -> None:
    message = _as_seen_there(_message(filed))
    there, again = _other_portal(message), _other_portal(message)
    assert there == again
    assert there.origin == Origin.RECEIVED
    assert there.read_answers()["address_line"] == "Số 12, thôn 4"
    assert there.files.get().stored.sha256 == filed.files.get().stored.sha256
    assert Dossier.objects.filter(origin=Origin.RECEIVED).count() == 1


def test_the_person_finds_it_there_by_the_vouched_number_only(filed: Dossier) -> None:
    message = _as_seen_there(_message(filed))
    who = Profile.objects.get()
    assert _other_portal(message).profile == who
    stated = _as_seen_there(message)
    del stated["vouched"]["personal_id"]
    unproven = _other_portal(stated)
    assert unproven.profile is None
    assert unproven not in own_dossiers(who)


def test_a_bent_file_or_office_is_refused_whole(filed: Dossier) -> None:
    message = _as_seen_there(_message(filed))
    Office.objects.update(peer="")
    bent = copy.deepcopy(message)
    bent["files"][0]["content"] = base64.b64encode(kit.pdf(2)).decode()
    with pytest.raises(HandOverRefused, match="FILE_HASH"):
        receive(bent, "national")
    exe = copy.deepcopy(message)
    exe["files"][0] |= {
        "content": base64.b64encode(b"MZ" + bytes(90)).decode(),
        "sha256": hashlib.sha256(b"MZ" + bytes(90)).hexdigest(),
    }
    with pytest.raises(HandOverRefused, match="FILE_WRONG_TYPE"):
        receive(exe, "national")
    with pytest.raises(HandOverRefused, match="NO_OFFICE"):
        receive(message | {"office_code": "000.00.99.H50"}, "national")
    with pytest.raises(HandOverRefused, match="UNKNOWN_REFERENCE"):
        receive({"kind": "withdrawal", "reference": message["reference"], "seq": 2, "reason": ""}, "national")
    assert Dossier.objects.filter(origin=Origin.RECEIVED).count() == 0


def test_another_peer_cannot_touch_the_reference(filed: Dossier) -> None:
    message = _as_seen_there(_message(filed))
    there = _other_portal(message)
    withdrawal = {"kind": "withdrawal", "reference": message["reference"], "seq": 2, "reason": ""}
    with pytest.raises(HandOverRefused, match="UNKNOWN_REFERENCE"):
        receive(withdrawal, "someone-else")
    receive(withdrawal, "national")
    receive(withdrawal, "national")
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


def test_acts_of_the_citizen_and_of_officials_are_queued_for_the_other_side(client: Client, filed: Dossier) -> None:
    client.post(f"/ho-so/{filed.pk}/rut", {"reason": "Đổi ý"})
    assert list(Outgoing.objects.order_by("id").values_list("kind", "peer")) == [
        ("dossier", PEER),
        ("withdrawal", PEER),
    ]
    assert [row.kind for row in outbox.waiting(PEER)] == ["dossier"]  # never out of order
