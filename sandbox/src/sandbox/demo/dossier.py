"""The dossier of the demo: what a citizen types for 1.004194 Đăng ký tạm trú, and what an officer presses."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from sandbox.browsing import sign_in_eid
from sandbox.own_country import RunningCountry
from synthetic.demo_person import DemoPerson

PROCEDURE = "1.004194"
TYPED = {
    "#phone": "0900000201",
    "#address_line": "Số 12, thôn An Tiêm",
    "#until": "01/5/2025",
    "#owner_full_name": "Trần Thị Mẫu",
}
CHOSEN = {"household": "new", "dwelling_ground": "rented"}
MOST_PAGES = 12


def picture() -> bytes:
    """A small, valid PNG: a white sheet of paper."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 320, 200, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress((b"\0" + b"\xf4" * 320) * 200)) + chunk(b"IEND", b"")
    )


def pass_first_visit(page: Any) -> None:
    """The province asks once whether the person has been here before; this one has not."""
    button = page.locator('form[action="/sso/lan-dau"] button')
    if button.count():
        button.click()
        page.wait_for_load_state()


def start(page: Any, country: RunningCountry, portal: str) -> None:
    """From the procedure's page to the first page of its form."""
    page.goto(f"{country.origin(portal)}/thu-tuc/{PROCEDURE}")
    page.locator(f'form[action="/thu-tuc/{PROCEDURE}/nop"] button').first.click()
    page.wait_for_load_state()


def fill_to_check(page: Any) -> None:
    """Fills every page of the form, until the page that shows all answers."""
    for _ in range(MOST_PAGES):
        if page.url.endswith("/kiem-tra"):
            return
        fill_one(page)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
    raise AssertionError(f"the form did not come to its check: {page.url}")


def fill_one(page: Any) -> None:
    """Types and chooses what one page of the form asks."""
    for selector, value in TYPED.items():
        if page.locator(selector).count() and not page.locator(selector).input_value():
            page.fill(selector, value)
    if page.locator("select#commune").count():
        options = page.locator("select#commune option").all_inner_texts()
        wanted = next(i for i, text in enumerate(options) if "Tân Thành" in text)
        page.select_option("select#commune", index=wanted)
    if page.locator("#dwelling_proof").count():
        page.set_input_files("#dwelling_proof", {"name": "cho-o.png", "mimeType": "image/png", "buffer": picture()})
    names = page.evaluate("[...new Set([...document.querySelectorAll('main input[type=radio]')].map(e => e.name))]")
    for name in names:
        value = f'[value="{CHOSEN[name]}"]' if name in CHOSEN else ""
        chosen = f'input[name="{name}"]{value}'
        page.locator(chosen).first.check(force=True)


def submit(page: Any) -> None:
    """Declares and submits."""
    for box in page.locator("main input[type=checkbox]").all():
        box.check(force=True)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def go_on_duty(page: Any, country: RunningCountry, portal: str, officer: DemoPerson) -> None:
    """An official signs in with the e-ID and chooses the role that the duty table gives."""
    sign_in_eid(page, country, portal, officer)
    page.wait_for_url(f"{country.origin(portal)}/**")
    pass_first_visit(page)
    page.goto(f"{country.origin(portal)}/mot-cua")
    if page.locator("input[name=grant]").count():
        page.locator("input[name=grant]").first.check(force=True)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
