"""A real browser under Playwright, and what a person does in it: types, presses, reads the code from the mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sandbox.own_country import RunningCountry
from synthetic.demo_person import DemoPerson

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
TIMEOUT_MS = 15_000


@contextmanager
def chromium_browser() -> Iterator[Any]:
    """Debian's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    from sandbox.proofs import find_chromium

    path = find_chromium(install=False)
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=path, args=ARGUMENTS)) as it,
    ):
        yield it


def new_page(
    browser: Any,
    *,
    width: int = 1280,
    height: int = 900,
    javascript: bool = True,
    language: str = "vi-VN",
    tls: bool = False,
) -> Any:
    """A page of a fresh profile: no cookie of anybody else. `tls`: the country's own CA is not in Chromium's store."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        java_script_enabled=javascript,
        ignore_https_errors=tls,
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context.new_page()


def press(page: Any, selector: str = "main form button[type=submit]") -> None:
    """Press the first of these buttons and wait for the page that answers, not only for the one that is there."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()


def sign_in_old(page: Any, country: RunningCountry, person: DemoPerson, account: int = 0) -> None:
    """The old sign-in at the national portal: number and password, then the SMS code."""
    old = person.old_accounts[account]
    page.goto(f"{country.origin('national')}/dang-nhap")
    page.fill("#identifier", old.login)
    page.fill("#password", old.password or "")
    since = country.last_message_id()
    page.click("#login-submit")
    page.wait_for_selector("#otp")
    page.fill("#otp", country.code_for(old.phone, since))
    page.click("#otp-submit")


def give_eid(page: Any, country: RunningCountry, person: DemoPerson) -> None:
    """On the e-ID's page: number and password, then the code, then consent where it is asked."""
    page.fill("#username", person.personal_id)
    page.fill("#password", person.eid_password or "")
    since = country.last_message_id()
    page.click("#login-submit")
    page.wait_for_selector("#otp")
    page.fill("#otp", country.code_for(person.eid.phone if person.eid else "", since))
    page.click("#otp-submit")
    page.wait_for_load_state()
    if page.locator("#consent-accept").count():
        page.click("#consent-accept")
        page.wait_for_load_state()


def sign_in_eid(page: Any, country: RunningCountry, portal: str, person: DemoPerson) -> None:
    """Signs in to a portal (`national`, `quangtri`) with the e-ID."""
    page.goto(f"{country.origin(portal)}/vneid/bat-dau")
    give_eid(page, country, person)


def heading(page: Any) -> str:
    """The page's h1, with plain spaces."""
    text: str = page.locator("h1").first.inner_text()
    return " ".join(text.split())


def text_of(page: Any) -> str:
    """All visible words of the page, with plain spaces."""
    text: str = page.locator("body").inner_text()
    return " ".join(text.split())
