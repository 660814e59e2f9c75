"""Every component, in both languages and at phone and desk width: no axe-core violation, no sideways scrolling,
nothing that the page's own policy would block."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from design import assets, gallery
from design.headers import security_headers

ORIGIN = "http://gallery.localhost"
TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".js": "text/javascript"}


def open_page(browser: Browser, name: str, language: str, width: int) -> tuple[Page, list[str]]:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path.startswith("/static/"):
            file = assets.static_dir() / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(
                body=gallery.render(name, language),
                content_type="text/html; charset=utf-8",
                headers=security_headers("gallery"),
            )

    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.on("console", listen)
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/{name}")
    return page, complaints


SMALL_BUTTONS = """[...document.querySelectorAll('.govuk-button, .mc-ways a')]
  .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(pair => pair[1] < 44)"""
SMALL_LINKS = """[...document.querySelectorAll(
    '.mc-header__tools a, .mc-header__button, .mc-footer li, .mc-sidenav a, .govuk-service-navigation__item')]
  .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(pair => pair[1] < 24)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("language", "width"), [("vi", 320), ("vi", 1280), ("en", 320)])
@pytest.mark.parametrize("name", gallery.PAGES)
def test_no_violation_no_sideways_scrolling_no_small_target(
    chromium: Browser, name: str, language: str, width: int
) -> None:
    page, complaints = open_page(chromium, name, language, width)
    try:
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('18px \"Be Vietnam Pro\"'))")
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate(SMALL_BUTTONS) == []
        assert page.evaluate(SMALL_LINKS) == []
        assert complaints == []
        page.evaluate(assets.axe_script().read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")
        assert found["passes"], "axe-core looked at nothing"
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found["violations"]] == []
        page.set_viewport_size({"width": 640, "height": 900})
        page.evaluate("document.documentElement.style.zoom = 2")  # 640 px at 200 % is a window of 320
        assert page.evaluate(SIDEWAYS) <= 0
    finally:
        page.context.close()


def test_the_keyboard_reaches_the_content_first(chromium: Browser) -> None:
    page, _ = open_page(chromium, "gallery.html", "vi", 1280)
    try:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
    finally:
        page.context.close()
