"""Sixteen situations of the move and more: each demo person, in the browser, against the running country."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.browsing import give_eid, heading, sign_in_eid, sign_in_old, text_of
from sandbox.own_country import RunningCountry
from synthetic import demo
from synthetic.demo_person import DemoPerson

pytestmark = pytest.mark.journey
NewBrowser = Callable[..., Any]


@pytest.fixture
def page(new_browser: NewBrowser) -> Any:
    return new_browser()


def who(slug: str) -> DemoPerson:
    return demo.by_slug(slug)


def type_number(page: Any, number: str, *, full_name: str = "", birth_date: str = "") -> None:
    page.fill("#personal_id", number)
    if full_name or birth_date:
        if not page.locator("#full_name").is_visible():
            page.locator("details summary").first.click()
        if full_name:
            page.fill("#full_name", full_name)
        if birth_date:
            page.fill("#birth_date", birth_date)
    page.click("#match-submit")
    page.wait_for_load_state()


def link_from_notice(page: Any, country: RunningCountry, person: DemoPerson) -> None:
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, person)


def is_linked(page: Any, country: RunningCountry) -> bool:
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    return page.locator("[data-link]").count() > 0


def test_duyen_is_ready_and_links_in_one_go(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("duyen"))
    link_from_notice(page, country, who("duyen"))
    assert "0900" in text_of(page)
    assert "0900000123" not in page.content()
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    assert "mức độ 2" in text_of(page)


def test_lam_gets_the_guided_page_and_his_number_is_matched(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("lam"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("lam").personal_id)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert page.locator(".mc-verified").count() >= 3


def test_thuy_is_told_that_only_the_accents_differ_and_mends_them(page: Any, country: RunningCountry) -> None:
    thuy = who("thuy")
    sign_in_old(page, country, thuy)
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, thuy.personal_id)
    assert "NPD_NAME_ACCENTS" in text_of(page)
    assert "Thùy" not in text_of(page), "the register's value was shown"
    page.goto(f"{country.origin('national')}/cap-nhat-so-dinh-danh")
    type_number(page, thuy.personal_id, full_name=thuy.full_name)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert "Hồ Thị Thùy" in text_of(page)


def test_hai_is_matched_although_another_account_holds_his_number(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("hai"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("hai").personal_id)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert page.locator(".mc-verified").count() >= 3


def test_trung_cannot_match_a_number_that_is_not_his(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("hai"), account=1)
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("hai").personal_id)
    assert "Trần Văn Hải" not in text_of(page)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert not page.locator(".mc-verified:not(.mc-verified--no)").get_by_text("Đã xác thực").count()


def test_gai_adds_twelve_digits_to_her_nine(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("gai"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    assert "CMND" in text_of(page)
    type_number(page, who("gai").personal_id)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert "Đã xác thực" in text_of(page)


def test_kieu_links_with_a_level_1_account(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("kieu"))
    link_from_notice(page, country, who("kieu"))
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    assert "mức độ 1" in text_of(page)


def test_nuoi_without_an_eid_may_do_it_later(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("nuoi"))
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-later")
    assert "Đăng xuất" in text_of(page)


@pytest.mark.parametrize(("slug", "code"), [("son", "VNEID_LOCKED"), ("ba", "VNEID_NOT_ACTIVATED")])
def test_a_locked_or_inactive_eid_says_why_only_after_the_password(
    slug: str, code: str, new_browser: NewBrowser, country: RunningCountry
) -> None:
    person, page = who(slug), new_browser()
    for password, told in (("Sai@12345", False), (person.eid_password, True)):
        page.goto(f"{country.origin('national')}/vneid/bat-dau")
        page.fill("#username", person.personal_id)
        page.fill("#password", password)
        page.click("#login-submit")
        page.wait_for_load_state()
        assert (code in text_of(page)) is told, text_of(page)


def test_hanh_links_both_of_her_old_accounts(page: Any, country: RunningCountry) -> None:
    hanh = who("hanh")
    sign_in_old(page, country, hanh, account=1)
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, hanh.personal_id)
    page.context.clear_cookies()
    for account in (0, 1):
        sign_in_old(page, country, hanh, account=account)
        link_from_notice(page, country, hanh)
        page.click("#link-mine")
        page.wait_for_selector("[data-link]")
        page.context.clear_cookies()
    sign_in_eid(page, country, "national", hanh)
    assert is_linked(page, country)
    assert page.locator("[data-link]").count() == 2
    page.goto(f"{country.origin('national')}/ho-so")
    assert "Đăng ký thường trú" in text_of(page), "the dossier of the first account"
    assert "Đăng ký khai sinh" in text_of(page), "the dossier of the second account"


def test_quang_an_official_links_and_gets_no_role_from_it(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("quang"))
    link_from_notice(page, country, who("quang"))
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    page.goto(f"{country.origin('national')}/mot-cua")
    assert "Hồ sơ chờ tiếp nhận" not in text_of(page)


def test_lan_an_organisation_signs_in_until_its_own_date(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("lan"))
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert "Đăng xuất" in text_of(page)
    assert not page.locator("#link-start").count()
    assert "tổ chức" in text_of(page).lower()


def test_thiet_has_died_and_his_account_cannot_be_linked(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("thiet"))
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    page.fill("#username", who("thiet").personal_id)
    page.fill("#password", who("thiet").eid_password or "")
    page.click("#login-submit")
    page.wait_for_load_state()
    assert not page.locator("#otp").count()
    assert not is_linked(page, country)


def test_linh_without_an_old_account_gets_a_fresh_profile_and_no_link_step(page: Any, country: RunningCountry) -> None:
    sign_in_eid(page, country, "national", who("linh"))
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert who("linh").full_name in text_of(page)
    assert not page.locator("#link-start").count()


def test_vinh_comes_with_the_eid_first_and_is_led_to_his_old_account(page: Any, country: RunningCountry) -> None:
    sign_in_eid(page, country, "national", who("vinh"))
    assert "/vneid/tai-khoan-cu" in page.url, page.url
    assert "tài khoản" in heading(page).lower()


def test_khoa_who_has_the_recycled_phone_cannot_enter_chaus_account(page: Any, country: RunningCountry) -> None:
    page.goto(f"{country.origin('national')}/dang-nhap")
    page.fill("#identifier", who("khoa").phone)
    page.fill("#password", "Doan@12345")
    page.click("#login-submit")
    page.wait_for_load_state()
    assert not page.locator("#otp").count()
    sign_in_eid(page, country, "national", who("khoa"))
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert who("khoa").full_name in text_of(page)
    assert who("chau").full_name not in text_of(page)


def test_a_twin_cannot_link_her_sisters_account(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("hoa"))
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, who("hoa-em"))
    assert "LINK_OTHER_PERSON" in text_of(page)
    assert not is_linked(page, country)


def test_a_twin_matches_her_own_number(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("hoa-em"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("hoa-em").personal_id)
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert "Đã xác thực" in text_of(page)


def test_kham_with_a_year_only_card_may_mend_the_date(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("kham"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("kham").personal_id, birth_date="1940")
    page.goto(f"{country.origin('national')}/tai-khoan/thong-tin-dinh-danh")
    assert "Ngày sinh 1940 Đã xác thực" in text_of(page)


def test_tam_whose_account_bears_another_name_goes_to_the_desk(page: Any, country: RunningCountry) -> None:
    sign_in_old(page, country, who("tam"))
    page.wait_for_url("**/cap-nhat-so-dinh-danh*")
    type_number(page, who("tam").personal_id, full_name=who("tam").full_name)
    assert page.locator('a[href="/nhan-lai-tai-khoan"]').count()
    assert not is_linked(page, country)
