"""After the link and after the date, in real browsers: undo on day 29 and not on day 31, a freeze from an old contact
that the desk decides, a late claim with a second officer whom the system draws."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.browsing import give_eid, heading, press, sign_in_eid, sign_in_old, text_of
from sandbox.own_country import RunningCountry
from synthetic import demo

pytestmark = pytest.mark.journey
REASON = "Đã đối chiếu giấy tờ và thông tin tài khoản."
OFFICERS = ("nghia", "oanh", "loi")


def link(page: Any, country: RunningCountry, slug: str) -> None:
    """The notice's own way: old sign-in, VNeID, "this is mine"."""
    person = demo.by_slug(slug)
    sign_in_old(page, country, person)
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, person)
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")


def undo(page: Any, country: RunningCountry, slug: str) -> str:
    """Press "undo", sign in anew, confirm; the heading of what follows."""
    page.goto(f"{country.origin('national')}/vneid/bat-dau?fresh=1&next=/tai-khoan/thong-tin-dinh-danh")
    give_eid(page, country, demo.by_slug(slug))
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    if not page.locator("#undo-start").count():
        return "no undo offered"
    page.click("#undo-start")
    return _confirmed(page, country, slug)


def undo_by_a_form_that_is_not_there(page: Any, country: RunningCountry, slug: str) -> str:
    """What a page that stayed open, or a person with a tool, still sends: the act has to refuse, not the page alone."""
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const form = document.querySelector("header form[method=post]"), link = document.createElement("input");
                form.action = "/lien-ket/huy/bat-dau";
                link.name = "link";
                link.value = document.querySelector("[data-link]").dataset.link;
                form.append(link);
                form.submit();
            }"""
        )
    return _confirmed(page, country, slug)


def _confirmed(page: Any, country: RunningCountry, slug: str) -> str:
    give_eid(page, country, demo.by_slug(slug))
    press(page)
    return text_of(page)


def at_work(page: Any, country: RunningCountry, slug: str) -> None:
    """An officer signs in and begins work in the own role."""
    page.goto(f"{country.origin('national')}/vneid/bat-dau?level=2&next=/cong-vu")
    give_eid(page, country, demo.by_slug(slug))
    page.goto(f"{country.origin('national')}/cong-vu")
    page.locator("input[name=grant]").first.check()
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/ban-ho-tro"))


def opinion(page: Any, verdict: str) -> None:
    page.check(f"input[name=decision][value={verdict}]")
    page.fill("#reason", REASON)
    page.click(".mc-decide button[type=submit]")
    page.wait_for_load_state()


def address_in_messages(country: RunningCountry, path: str, since: int) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for message in country.messages("", since):
            if found := re.search(rf"http://\S+/{path}/[^\s.]+", str(message["text"])):
                return found.group()
        time.sleep(0.1)
    raise AssertionError("no such address was sent")


def decide_by_two(country: RunningCountry, new_browser: Callable[..., Any], verdict: str, reference: str) -> None:
    """The first officer who opens the case, then the one whom the system has drawn."""
    first = new_browser()
    at_work(first, country, OFFICERS[0])
    first.click(f"text={reference}")
    opinion(first, verdict)
    for slug in OFFICERS[1:]:
        second = new_browser()
        at_work(second, country, slug)
        if not second.locator(f"text={reference}").count():
            continue
        second.click(f"text={reference}")
        assert REASON not in text_of(second), "the evidence comes before the first opinion"
        second.click("#decision")
        second.wait_for_load_state()
        assert REASON in text_of(second)
        opinion(second, verdict)
        return
    raise AssertionError("nobody was drawn")


def reviewed(country: RunningCountry, new_browser: Callable[..., Any], reference: str) -> None:
    """Two opinions within minutes stand out: a third person lets the decision go on."""
    page = new_browser()
    at_work(page, country, "hoa-ra-soat")
    if page.locator(f"text={reference}").count():
        page.click(f"text={reference}")
        opinion(page, "go_on")


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    """Jobs of the desk run every minute."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "the desk's job did not come"
        time.sleep(1)


def test_undo_on_day_29_and_refused_on_day_31(country: RunningCountry, new_browser: Callable[..., Any]) -> None:
    duyen, vinh = new_browser(), new_browser()
    link(duyen, country, "duyen")
    link(vinh, country, "vinh")
    country.move_clock("2024-06-02 14:00")
    assert "Đã hủy liên kết" in undo(duyen, country, "duyen")
    country.move_clock("2024-06-04 18:00")
    assert undo(vinh, country, "vinh") == "no undo offered"
    assert "Sau đó chỉ bộ phận" in text_of(vinh)
    assert "Đã quá 30 ngày" in undo_by_a_form_that_is_not_there(vinh, country, "vinh")
    vinh.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert vinh.locator("[data-link]").count() == 1, "the link stands"


def test_a_freeze_from_an_old_contact_is_decided_by_two_officers(
    country: RunningCountry, new_browser: Callable[..., Any]
) -> None:
    owner, stranger = new_browser(), new_browser()
    since = country.last_message_id()
    link(owner, country, "kieu")
    stranger.goto(address_in_messages(country, "dong-bang", since))
    stranger.click("main form button[type=submit]")
    assert "đóng băng" in heading(stranger)
    identity = f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh"
    owner.goto(identity)
    assert "Đã đóng băng" in text_of(owner) or "Bị đóng băng" in text_of(owner) or "đóng băng" in text_of(owner).lower()
    assert not owner.locator("#undo-start").count()
    owner.goto(f"{country.origin('national')}/tai-khoan")
    officer = new_browser()
    at_work(officer, country, OFFICERS[0])
    reference = officer.locator("main a:has-text('YC-')").first.inner_text()
    decide_by_two(country, new_browser, "give", reference)
    reviewed(country, new_browser, reference)
    country.move_clock("2024-06-08 18:00")

    def ended() -> bool:
        owner.goto(identity)
        return bool(owner.locator("#undo-start").count())

    wait_until(ended)


def test_a_late_claim_with_a_second_officer(country: RunningCountry, new_browser: Callable[..., Any]) -> None:
    country.move_clock("2024-07-02 09:00")
    thuy, desk = demo.by_slug("thuy"), f"{country.origin('national')}/nhan-lai-tai-khoan"
    page = new_browser()
    page.goto(desk)
    page.goto(f"{country.origin('national')}/vneid/bat-dau?level=2&next=/nhan-lai-tai-khoan")
    give_eid(page, country, thuy)
    page.goto(desk)
    page.locator("input[name=account]").first.check()
    page.fill("#contact", thuy.phone)
    page.fill("#reason", "Tôi đã đổi số điện thoại và không đăng nhập được.")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/nhan-lai-tai-khoan/YC-*")
    reference = page.url.rsplit("/", 1)[1]
    page.fill("#password", "Sai-mat-khau1")
    page.click("form[action$=mat-khau] button")
    assert "không đúng" in text_of(page)
    page.fill("#password", thuy.old_accounts[0].password or "")
    page.click("form[action$=mat-khau] button")
    page.wait_for_load_state()
    decide_by_two(country, new_browser, "give", reference)
    page.goto(f"{desk}/{reference}")
    assert "Đã chấp thuận, chưa có hiệu lực" in text_of(page)
    reviewed(country, new_browser, reference)
    country.move_clock("2024-07-06 10:00")

    def given() -> bool:
        page.goto(f"{desk}/{reference}")
        return "Tài khoản đã thuộc về" in text_of(page)

    wait_until(given)
    other = new_browser()
    sign_in_eid(other, country, "national", thuy)
    other.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert other.locator("[data-link]").count() == 1
