"""axe-core finds nothing on the page between the portals, on a proposal of other dates, and after the date."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.auditing import WIDTHS, Auditor
from sandbox.browsing import give_eid, press, sign_in_eid, sign_in_old, text_of
from sandbox.demo import dossier
from sandbox.own_country import RunningCountry
from synthetic import demo

pytestmark = pytest.mark.journey
AFTER_THE_DATE = ("", "dang-nhap", "dang-ky", "quen-mat-khau", "tai-khoan", "thong-bao-he-thong", "khong-co-trang-nay")


@pytest.fixture(scope="module")
def auditor(country: RunningCountry, chromium: Any) -> Auditor:
    return Auditor(country, chromium)


def clean(auditor: Auditor) -> bool:
    assert not auditor.faults, "\n".join(auditor.faults[:20])
    return True


def test_the_page_between_two_portals(auditor: Auditor, country: RunningCountry) -> None:
    page = auditor.page(1280)
    sign_in_old(page, country, demo.by_slug("duyen"))
    page.wait_for_url("**/thong-bao-he-thong*")
    # It leads on at once; here the province answers with nothing, so it stays to be looked at.
    page.route(f"{country.origin('quangtri')}/sso/tro-ve*", lambda route: route.fulfill(status=204))
    page.goto(f"{country.origin('quangtri')}/sso/bat-dau", wait_until="commit")
    page.wait_for_selector("#sso-onward")
    auditor.judge_here(page, "between the portals")
    assert clean(auditor)


def test_a_proposal_of_other_dates_by_who_made_it_and_who_answers(auditor: Auditor, country: RunningCountry) -> None:
    page = _on_duty(auditor, country, "de-xuat")
    page.goto(f"{country.origin('national')}/dieu-hanh/chinh-sach/de-xuat")
    press(page)
    auditor.judge_here(page, "empty proposal")
    page.fill("#organisation_date", "01/7/2026")
    page.fill("#reason", "Lùi thời hạn cho tổ chức theo văn bản mới.")
    press(page)
    assert "chờ người thứ hai" in text_of(page), text_of(page)[:1500]
    auditor.judge_here(page, "who proposed")
    approver = _on_duty(auditor, country, "phe-duyet")
    auditor.judge_here(approver, "policy with a proposal")
    press(approver, 'main a[href*="/dieu-hanh/chinh-sach/"]')
    assert approver.locator("main form").count(), text_of(approver)[:400]
    auditor.judge_here(approver, "who answers")
    assert clean(auditor)


def _on_duty(auditor: Auditor, country: RunningCountry, slug: str) -> Any:
    page = auditor.page(1280)
    dossier.go_on_duty(page, country, "national", demo.by_slug(slug))
    page.goto(f"{country.origin('national')}/dieu-hanh/chinh-sach")
    if page.locator("input[name=grant]").count():  # the role for this page; the reception desk asks for another
        page.locator("input[name=grant]").first.check(force=True)
        press(page)
    return page


def test_after_the_date(auditor: Auditor, country: RunningCountry) -> None:
    old = auditor.page(1280)
    sign_in_old(old, country, demo.by_slug("kieu"))
    old.wait_for_url("**/thong-bao-he-thong*")
    country.move_clock("2024-07-01 00:00")
    old.goto(f"{country.origin('national')}/tai-khoan")
    auditor.judge_here(old, "old session after the date")
    for width in WIDTHS:
        page = auditor.page(width)
        for portal in ("national", "quangtri"):
            auditor.visit(page, portal, list(AFTER_THE_DATE), f"after the date {portal}")
        page.goto(f"{country.origin('tanthanh')}/")
        page.get_by_role("link", name="VNeID").first.click()
        auditor.judge(page, "the notice after the date")
    assert clean(auditor)


def test_a_late_link(auditor: Auditor, country: RunningCountry) -> None:
    page, vinh = auditor.page(1280), demo.by_slug("vinh")
    sign_in_eid(page, country, "national", vinh)
    page.wait_for_url(f"{country.origin('national')}/**")
    auditor.judge_here(page, "late, told of the old account")
    press(page, "#late-link-start, #link-start")
    if page.locator("#username").count():
        give_eid(page, country, vinh)
    page.wait_for_selector("#link-mine")
    auditor.judge_here(page, "late, is this yours")
    press(page, "#link-mine")
    page.wait_for_selector("#linked-accounts")
    auditor.judge_here(page, "linked late")
    assert clean(auditor)
