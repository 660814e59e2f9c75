"""axe-core finds nothing on pages that only a flow shows: codes, errors, questions, undo, freeze, claim."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.auditing import Auditor
from sandbox.browsing import give_eid, press, sign_in_eid, sign_in_old
from sandbox.demo import dossier
from sandbox.own_country import RunningCountry
from synthetic import demo

pytestmark = pytest.mark.journey
NEW_PASSWORD = "Matkhau@2024"


@pytest.fixture(scope="module")
def auditor(country: RunningCountry, chromium: Any) -> Auditor:
    return Auditor(country, chromium)


def clean(auditor: Auditor) -> bool:
    assert not auditor.faults, "\n".join(auditor.faults[:20])
    return True


def test_old_sign_in_wrong_and_right(auditor: Auditor, country: RunningCountry) -> None:
    page, nuoi = auditor.page(1280), demo.by_slug("nuoi")
    page.goto(f"{country.origin('national')}/dang-nhap")
    for password in ("sai", nuoi.portal_password or ""):
        page.fill("#identifier", nuoi.portal_login or "")
        page.fill("#password", password)
        press(page, "#login-submit")
        auditor.judge_here(page, f"sign-in {password == 'sai'}")
    page.fill("#otp", "000000")
    press(page, "#otp-submit")
    auditor.judge_here(page, "wrong code")
    assert clean(auditor)


def test_registration_and_recovery(auditor: Auditor, country: RunningCountry) -> None:
    page = auditor.page(1280)
    page.goto(f"{country.origin('national')}/dang-ky")
    press(page)
    auditor.judge_here(page, "empty registration")
    for field, value in (("number", "045199000998"), ("full_name", "Lê Văn Thử"), ("birth_date", "01/02/1999")):
        page.fill(f"#{field}", value)
    page.fill("#phone", "0900000398")
    _through_code(auditor, page, country, "0900000398", "registration")
    nuoi = demo.by_slug("nuoi")
    page.goto(f"{country.origin('national')}/quen-mat-khau")
    page.fill("#number", nuoi.personal_id)
    page.fill("#phone", nuoi.phone)
    _through_code(auditor, page, country, nuoi.phone, "recovery")
    assert clean(auditor)


def _through_code(auditor: Auditor, page: Any, country: RunningCountry, phone: str, who: str) -> None:
    since = country.last_message_id()
    press(page)
    auditor.judge_here(page, f"{who}, code")
    page.fill("#otp", country.code_for(phone, since))
    press(page, "#otp-submit")
    auditor.judge_here(page, f"{who}, password")
    for field in ("password", "password_again"):
        page.fill(f"#{field}", NEW_PASSWORD)
    press(page)
    auditor.judge_here(page, f"{who}, done")


def test_a_match_that_fails_and_one_that_conflicts(auditor: Auditor, country: RunningCountry) -> None:
    for slug, number, name in (("thuy", "", ""), ("tam", "", "Bùi Văn Tám"), ("lam", "045079", "")):
        page, person = auditor.page(1280), demo.by_slug(slug)
        sign_in_old(page, country, person)
        page.wait_for_url("**/cap-nhat-so-dinh-danh*")
        page.fill("#personal_id", number or person.personal_id)
        if name:
            page.locator("details summary").first.click()
            page.fill("#full_name", name)
        press(page, "#match-submit")
        auditor.judge_here(page, f"match {slug}")
    assert clean(auditor)


def test_link_freeze_and_undo(auditor: Auditor, country: RunningCountry) -> None:
    page, hanh = auditor.page(1280), demo.by_slug("hanh")
    sign_in_old(page, country, hanh)
    page.wait_for_url("**/thong-bao-he-thong*")
    since = country.last_message_id()
    press(page, "#link-start")
    give_eid(page, country, hanh)
    auditor.judge_here(page, "is this yours")
    press(page, "#link-mine")
    page.wait_for_selector("[data-link]")
    frozen = auditor.page(1280)
    frozen.goto(_freeze_address(country, since))
    auditor.judge_here(frozen, "freeze")
    press(page, "#undo-start")
    give_eid(page, country, hanh)
    auditor.judge_here(page, "undo")
    assert clean(auditor)


def _freeze_address(country: RunningCountry, since: int) -> str:
    for _ in range(100):
        for message in country.messages("", since):
            if found := re.search(r"http://\S+/dong-bang/[^\s.]+", str(message["text"])):
                return found.group()
        country.settle()
    raise AssertionError("no freeze address was sent")


def test_an_old_account_that_waits_and_the_claim_desk(auditor: Auditor, country: RunningCountry) -> None:
    page = auditor.page(1280)
    sign_in_eid(page, country, "national", demo.by_slug("vinh"))
    auditor.judge_here(page, "old account waits")
    page = auditor.page(1280)
    sign_in_eid(page, country, "national", demo.by_slug("linh"))
    page.goto(f"{country.origin('national')}/nhan-lai-tai-khoan")
    press(page)
    auditor.judge_here(page, "claim, empty")
    page.fill("#contact", "0900000213")
    for area in page.locator("main textarea").all():
        area.fill("Tôi mất điện thoại đã đăng ký.")
    press(page)
    auditor.judge_here(page, "claim, taken")
    assert clean(auditor)


def test_a_draft_discarded_and_a_dossier_withdrawn(auditor: Auditor, country: RunningCountry) -> None:
    page = auditor.page(1280)
    sign_in_eid(page, country, "quangtri", demo.by_slug("khoa"))
    dossier.pass_first_visit(page)
    dossier.start(page, country, "quangtri")
    page.goto(page.url.rsplit("/", 1)[0] + "/bo")
    auditor.judge_here(page, "discard")
    dossier.start(page, country, "quangtri")
    dossier.fill_to_check(page)
    dossier.submit(page)
    page.goto(page.url.replace("/bien-nhan", "/rut"))
    auditor.judge_here(page, "withdraw")
    assert clean(auditor)
