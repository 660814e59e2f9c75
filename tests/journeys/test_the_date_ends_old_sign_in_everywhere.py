"""The date, seen from outside, in real browsers on both portals: no old request is accepted after it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from sandbox.browsing import sign_in_eid, sign_in_old, text_of
from sandbox.country import NATIONAL, QUANGTRI
from sandbox.demo.dossier import pass_first_visit
from sandbox.own_country import RunningCountry
from sandbox.processes import run_to_end
from synthetic import demo
from wire import loopback

pytestmark = pytest.mark.journey
OLD_PAGES = ("/tai-khoan", "/tai-khoan/thong-tin-dinh-danh", "/ho-so", "/kho-du-lieu", "/thong-bao-he-thong")


class Browsers:
    """Four browsers: an old session at each portal, an e-ID session at each portal."""

    def __init__(self, country: RunningCountry, new_page: Callable[[], Any]) -> None:
        self.country = country
        self.kept_open, self.kept_form = self._open_form()
        self.old, self.second_old, self.sso, self.eid = (new_page() for _ in range(4))
        duyen, vinh, linh = (demo.by_slug(slug) for slug in ("duyen", "vinh", "linh"))
        sign_in_old(self.old, country, duyen)
        self.old.wait_for_url("**/thong-bao-he-thong*")
        sign_in_old(self.second_old, country, duyen)
        self.second_old.wait_for_url("**/thong-bao-he-thong*")
        sign_in_old(self.sso, country, vinh)
        self.sso.wait_for_url("**/thong-bao-he-thong*")
        self.sso.goto(f"{country.origin('quangtri')}/sso/bat-dau")
        self.sso.wait_for_url(f"{country.origin('quangtri')}/**")
        pass_first_visit(self.sso)
        assert "Đăng xuất" in text_of(self.sso), f"{self.sso.url}: {text_of(self.sso)[:600]}"
        sign_in_eid(self.eid, country, "quangtri", linh)
        pass_first_visit(self.eid)

    def _open_form(self) -> tuple[httpx.Client, dict[str, str]]:
        http = loopback.client(headers={"Accept-Language": "vi"})

        def keep(_answer: httpx.Response) -> None:
            for cookie in http.cookies.jar:
                cookie.secure = False  # as browsers do on loopback names

        http.event_hooks["response"] = [keep]
        page = http.get(f"{self.country.origin('national')}/dang-nhap").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        return http, {"csrfmiddlewaretoken": token.group(1)}

    def is_in(self, page: Any, portal: str, path: str = "/tai-khoan") -> bool:
        """Does the page open for this session, and not a sign-in page or a refusal in its place?"""
        answer = page.goto(f"{self.country.origin(portal)}{path}")
        return answer.status == 200 and "/dang-nhap" not in page.url and "Đăng xuất" in text_of(page)


@pytest.fixture(scope="module")
def browsers(country: RunningCountry, chromium: Any) -> Iterator[Browsers]:
    from sandbox.browsing import new_page

    pages: list[Any] = []

    def make() -> Any:
        pages.append(new_page(chromium))
        return pages[-1]

    country.move_clock("2024-06-30 23:40")
    yield Browsers(country, make)
    for page in pages:
        page.context.close()


def test_before_the_date_all_four_are_signed_in(browsers: Browsers) -> None:
    assert browsers.is_in(browsers.old, "national")
    assert browsers.is_in(browsers.second_old, "national")
    assert browsers.is_in(browsers.sso, "quangtri")
    assert browsers.is_in(browsers.eid, "quangtri")


def test_a_province_with_a_stale_policy_says_unavailable_and_never_expired(browsers: Browsers) -> None:
    country = browsers.country
    cluster = country.supervisor.cluster
    url = cluster.url.rsplit("/", 1)[0] + f"/{QUANGTRI.name}"
    with (
        country.without("national-worker"),
        country.without("national"),
        psycopg.connect(url, autocommit=True) as database,
    ):
        # Eleven minutes pass for the copy alone: nobody fetched it, nobody pushed it.
        database.execute("update accounts_policycopy set confirmed_at = confirmed_at - interval '11 minutes'")
        answer = browsers.sso.goto(f"{country.origin('quangtri')}/tai-khoan")
        said = text_of(browsers.sso)
        assert answer.status == 503
        assert "Tạm thời" in said
        assert "ngừng hoạt động" not in said, said
        assert browsers.is_in(browsers.eid, "quangtri"), "an e-ID session noticed the stale policy"


def test_after_the_date_no_old_page_opens_at_either_portal(browsers: Browsers) -> None:
    country = browsers.country
    until = time.monotonic() + 90
    while not browsers.is_in(browsers.sso, "quangtri") and time.monotonic() < until:
        time.sleep(1)  # the province fetches the policy anew
    assert browsers.is_in(browsers.sso, "quangtri")
    with country.without("national-worker"), country.without("national"):  # the province knows the date by itself
        country.move_clock("2024-07-01 00:00")
        for path in ("/tai-khoan", "/ho-so", "/kho-du-lieu"):
            assert not browsers.is_in(browsers.sso, "quangtri", path)
        assert browsers.is_in(browsers.eid, "quangtri")
    for page in (browsers.old, browsers.second_old):
        for path in OLD_PAGES:
            assert not browsers.is_in(page, "national", path)
    assert browsers.is_in(browsers.eid, "quangtri", "/ho-so")


def test_the_old_sign_in_explains_and_shows_the_way_on(browsers: Browsers, new_browser: Callable[..., Any]) -> None:
    for portal in ("national", "quangtri"):
        page, said, until = new_browser(javascript=False), "", time.monotonic() + 60
        while "01/7/2024" not in said and time.monotonic() < until:  # the province may be fetching the policy anew
            page.goto(f"{browsers.country.origin(portal)}/dang-nhap")
            said = text_of(page)
        assert "01/7/2024" in said
        assert "VNeID" in said
        assert not page.locator("#password").count()


def test_a_form_kept_open_over_midnight_is_refused_and_no_code_is_sent(browsers: Browsers) -> None:
    country, since = browsers.country, browsers.country.last_message_id()
    answer = browsers.kept_open.post(
        f"{country.origin('national')}/dang-nhap",
        data={"identifier": "045185000123", "password": "Congcu@2024"} | browsers.kept_form,
        headers={"Origin": country.origin("national")},
    )
    browsers.kept_open.close()
    assert answer.status_code == 403
    assert "CUTOFF_PASSED" in answer.text
    assert not country.messages(demo.by_slug("duyen").phone, since)


def test_the_date_moved_back_wakes_no_session(browsers: Browsers) -> None:
    country = browsers.country
    words = NATIONAL.words("policy", "sandbox-cutover", "--kind", "citizen", "--ends-at", "2024-07-02 00:00")
    places = country.deployment.places
    run_to_end(words, country.deployment.environment(NATIONAL), places.logs / "national.log")
    assert not browsers.is_in(browsers.old, "national")
    assert not browsers.is_in(browsers.second_old, "national")
    assert not browsers.is_in(browsers.sso, "quangtri")
    sign_in_old(browsers.old, country, demo.by_slug("duyen"))
    browsers.old.wait_for_url("**/thong-bao-he-thong*")
    assert browsers.is_in(browsers.old, "national"), "the date moved back lets a new old sign-in work"
