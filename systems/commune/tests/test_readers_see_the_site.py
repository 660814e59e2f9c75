"""The running site in a real browser: accessible, readable at 320 px, without script, by keyboard, light."""

import re

import pytest
from commune_running import SETTINGS, get, prepared_site, served

from design.assets import axe_script
from sandbox.testing import free_port

AXE = "axe.run(document, {resultTypes: ['violations', 'passes']})"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_route_has_an_axe_violation_or_scrolls_sideways(tab, routes, width, language):
    page = tab(width=width)
    for route in routes:
        page.goto(f"{route}{'&' if '?' in route else '?'}lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, route
        page.evaluate(axe_script().read_text(encoding="utf-8"))
        found = page.evaluate(AXE)
        assert found["passes"], "axe-core looked at nothing"
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found["violations"]] == [], route


def test_after_the_date_the_banner_is_accessible_too(tab, site, notice_address):
    page = tab(width=320)
    before = site.clock.read_text()
    try:
        site.clock.write_text(repr(float(before) + 60 * 86_400))
        page.goto(notice_address)
        assert page.locator(".mc-deadline--past").inner_text().startswith("Đã hết hạn")
        page.evaluate(axe_script().read_text(encoding="utf-8"))
        assert page.evaluate(AXE)["violations"] == []
    finally:
        site.clock.write_text(before)


def test_everything_works_without_script(tab, notice_address):
    page = tab(java_script_enabled=False)
    page.goto("/")
    page.click("text=Xem việc cần làm")
    assert notice_address in page.url
    page.click("text=Trang sau")
    assert page.locator("#cac-tin-khac + ul li").count() > 0
    page.click("text=Tìm kiếm")
    page.fill("#q", "tiem phong dai")
    page.click("button:has-text('Tìm')")
    assert page.locator("main .mc-rows a").first.inner_text() == "Lịch tiêm phòng dại cho chó, mèo đợt 1 năm 2024"
    page.click("text=English")
    assert page.locator("h1").inner_text() == "Search"
    page.click("text=Home")
    assert page.locator(".mc-header__name").inner_text() == "Tân Thành commune"


def test_keyboard_reaches_the_content_first(tab):
    page = tab()
    page.goto("/tin-tuc/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_first_page_weighs_at_most_100_kb(tab, notice_address):
    page = tab()
    sizes = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()))
    page.goto(notice_address, wait_until="networkidle")
    assert 20_000 < sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= 100_000


def test_static_files_may_be_kept_for_ever(site):
    for address in re.findall(r'/static/[^"]+', get(site, "/").text):
        answer = get(site, address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"], address


def test_healthz_names_the_system_and_the_run(site):
    assert get(site, "/healthz").json() == {
        "system": "commune",
        "run_id": site.environment["MOTCUA_RUN_ID"],
        "ok": True,
    }


def test_without_a_database_it_says_so_kindly(tmp_path):
    nowhere = f"postgresql://commune:none@127.0.0.1:{free_port()}/commune"
    with served(prepared_site(SETTINGS, nowhere, tmp_path, 0)) as site:
        health = get(site, "/healthz")
        assert health.status_code == 503
        assert health.json()["ok"] is False
        page = get(site, "/")
        assert page.status_code == 500
        assert "Tạm thời chưa mở được trang này" in page.text


def test_verbs_can_be_run_again(site):
    for words in (["check"], ["keys", "ensure"], ["migrate"], ["seed"], ["purge"], ["editors", "add", "bientap"]):
        done = site.verb(*words)
        assert done.returncode == 0, done.stderr
    assert site.verb("keys", "ensure").stdout == '{"keys": []}\n'
