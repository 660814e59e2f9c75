"""The desk accepts, asks once for a supplement, refuses with reason and ground; the faster official wins."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import dossier_kit as kit
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from conftest import login_eid
from portal.accounts.models import AuditEntry
from portal.dossiers.models import Dossier

pytest_plugins = ["dossier_fixtures"]
ASK = {"decision": "request_supplement", "seen_state": "submitted", "reason": "Hợp đồng thiếu chữ ký."}
REFUSE = {"decision": "refuse_reception", "seen_state": "submitted", "reason": "Chỗ ở bị cấm."}
GROUND = "Luật Cư trú số 68/2020/QH14, Điều 23: chỗ ở không được đăng ký tạm trú mới"


def _file(client: Client) -> Dossier:
    kit.seed_catalogue()
    login_eid(client)
    return kit.file_dossier(client)


def _answer(officer: Client, dossier: Dossier, said: dict[str, str]) -> Any:
    return officer.post(f"/mot-cua/ho-so/{dossier.pk}/tra-loi", said)


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
class TestTheDesk:
    """One official, one dossier."""

    def test_a_supplement_is_asked_answered_and_asked_no_second_time(
        self, client: Client, browser: Callable[[], Client]
    ) -> None:
        dossier = _file(client)
        officer, _grant = kit.officer_browser(browser)
        assert _answer(officer, dossier, ASK | {"reason": " "}).status_code == 200
        assert _answer(officer, dossier, ASK).status_code == 302
        page = client.get(f"/ho-so/{dossier.pk}").content.decode()
        assert "Hợp đồng thiếu chữ ký." in page
        assert client.post(f"/ho-so/{dossier.pk}/bo-sung", {"message": " "}).status_code == 400
        bad = SimpleUploadedFile("bo-sung.pdf", b"MZ" + bytes(99))
        assert client.post(f"/ho-so/{dossier.pk}/bo-sung", {"files": bad}).status_code == 400
        good = SimpleUploadedFile("bo-sung.pdf", kit.pdf())
        assert client.post(f"/ho-so/{dossier.pk}/bo-sung", {"files": good, "message": "Đã ký"}).status_code == 302
        code = dossier.code
        dossier.refresh_from_db()
        assert (dossier.state, dossier.code, dossier.files.get(stage=1).stored.name) == (
            "submitted",
            code,
            "bo-sung.pdf",
        )
        again = _answer(officer, dossier, ASK)
        assert again.status_code == 409
        assert "đã được yêu cầu bổ sung một lần" in again.content.decode()

    def test_a_refusal_has_a_reason_and_a_legal_ground(self, client: Client, browser: Callable[[], Client]) -> None:
        dossier = _file(client)
        officer, _grant = kit.officer_browser(browser)
        without = _answer(officer, dossier, REFUSE)
        assert 'id="legal_ground-error"' in without.content.decode()
        assert "Chỗ ở bị cấm." in without.content.decode()  # what was typed is kept
        assert _answer(officer, dossier, REFUSE | {"legal_ground": GROUND}).status_code == 302
        page = client.get(f"/ho-so/{dossier.pk}").content.decode()
        assert "Chỗ ở bị cấm." in page
        assert "Điều 23" in page
        assert "Không được tiếp nhận" in page

    def test_a_withdrawn_dossier_is_not_accepted(self, client: Client, browser: Callable[[], Client]) -> None:
        dossier = _file(client)
        officer, _grant = kit.officer_browser(browser)
        assert client.post(f"/ho-so/{dossier.pk}/rut", {"reason": ""}).status_code == 302
        told = _answer(officer, dossier, {"decision": "accept", "seen_state": "submitted"})
        assert told.status_code == 409
        assert "Hồ sơ vừa thay đổi" in told.content.decode()
        assert client.post(f"/ho-so/{dossier.pk}/rut").status_code == 409

    def test_an_answer_to_what_the_page_no_longer_shows_is_refused(
        self, client: Client, browser: Callable[[], Client]
    ) -> None:
        dossier = _file(client)
        officer, _grant = kit.officer_browser(browser)
        assert _answer(officer, dossier, ASK).status_code == 302
        client.post(f"/ho-so/{dossier.pk}/bo-sung", {"message": "Đã ký"})
        old_page = {"decision": "accept", "seen_state": "supplement_requested"}
        assert _answer(officer, dossier, old_page).status_code == 409

    def test_reception_may_not_finish_and_processing_may_not_accept(
        self, client: Client, browser: Callable[[], Client]
    ) -> None:
        dossier = _file(client)
        processing, _grant = kit.officer_browser(browser, "processing_officer", personal_id="045083000124")
        assert _answer(processing, dossier, {"decision": "accept", "seen_state": "submitted"}).status_code == 409
        dossier.refresh_from_db()
        assert dossier.state == "submitted"

    def test_the_whole_life_to_the_result(self, client: Client, browser: Callable[[], Client]) -> None:
        dossier = _file(client)
        reception, _g = kit.officer_browser(browser)
        approver, _g2 = kit.officer_browser(browser, "approver", personal_id="045083000124", full_name="Lãnh Đạo")
        for officer, act, seen in (
            (reception, "accept", "submitted"),
            (reception, "start", "accepted"),
            (approver, "complete", "processing"),
            (reception, "return_result", "done"),
        ):
            assert _answer(officer, dossier, {"decision": act, "seen_state": seen}).status_code == 302, act
        dossier.refresh_from_db()
        assert dossier.state == "result_returned"
        assert client.post(f"/ho-so/{dossier.pk}/rut").status_code == 409

    def test_the_queue_finds_by_code_number_and_name_without_accents(
        self, client: Client, browser: Callable[[], Client]
    ) -> None:
        dossier = _file(client)
        officer, _grant = kit.officer_browser(browser)
        for words, found in (("0001", True), ("045185000123", True), ("my duyen", True), ("ai khac", False)):
            page = officer.get("/mot-cua", {"q": words}).content.decode()
            assert (f"/mot-cua/ho-so/{dossier.pk}" in page) is found, words

    def test_comparing_keeps_what_the_register_said_and_when(
        self, client: Client, browser: Callable[[], Client], registry: kit.Registry
    ) -> None:
        dossier = _file(client)
        officer, grant = kit.officer_browser(browser)
        registry.says("NO_MATCH", birth_date="NO_MATCH", full_name="MATCH")
        assert officer.post(f"/mot-cua/ho-so/{dossier.pk}/doi-chieu").status_code == 302
        assert "Khác ngày sinh" in officer.get("/mot-cua").content.decode()
        assert AuditEntry.objects.filter(event="dossier.compared", actor=f"duty:{grant.pk}").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("registry")
def test_of_two_officials_at_once_one_wins_and_the_other_is_told(client: Client, browser: Callable[[], Client]) -> None:
    dossier = _file(client)
    first, _g1 = kit.officer_browser(browser)
    second, _g2 = kit.officer_browser(browser, personal_id="045083000124", full_name="Nguyễn Hữu Phước")
    barrier, codes = Barrier(2), {}
    said = {"first": {"decision": "accept", "seen_state": "submitted"}, "second": ASK}

    def press(name: str, officer: Client) -> None:
        barrier.wait()
        codes[name] = _answer(officer, dossier, said[name]).status_code
        connection.close()

    threads = [Thread(target=press, args=pair) for pair in (("first", first), ("second", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes.values()) == [302, 409]
    dossier.refresh_from_db()
    assert dossier.state == ("accepted" if codes["first"] == 302 else "supplement_requested")
    assert dossier.events.count() == 2
