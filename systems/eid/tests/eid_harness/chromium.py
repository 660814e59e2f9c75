"""Chromium itself, and what a careful eye asks of every page. EID_SHOTS=FOLDER keeps pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from design import assets

SHOTS = os.environ.get("EID_SHOTS")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def running() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def look(page: Page, name: str) -> None:
    """No sideways scrolling, no axe-core violation; a picture on demand."""
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        wide = page.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
            " && !e.closest('.govuk-visually-hidden')).map(e => e.outerHTML.slice(0, 120))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}: {wide[:3]}"
        if width != 768 and page.locator("html").get_attribute("lang") == "vi":
            page.evaluate(assets.axe_script().read_text(encoding="utf-8"))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")
            assert found["passes"]
            assert not found["violations"], [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]
