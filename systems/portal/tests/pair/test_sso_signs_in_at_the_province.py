"""Promise: whoever is signed in at the national portal enters the province, with the login that made the session."""

from __future__ import annotations

from typing import Any

SESSIONS = """
from portal.accounts.models import LoginSession
from portal.accounts.session_store import SessionStore
rows = LoginSession.objects.filter(how="sso").order_by("started_at")
answer = [SessionStore(row.session_key)["login"] for row in rows]
"""


def enter(browser: Any, pair: Any) -> Any:
    """Through single sign-on, and the question of the first time."""
    page = browser.get(pair.province.origin + "/sso/bat-dau?next=/healthz")
    if page.url.path == "/sso/lan-dau":
        page = browser.post(pair.province.origin + "/sso/lan-dau")
    return page


def test_an_old_login_enters_and_is_carried(pair: Any, people: Any, browser: Any) -> None:
    old = people.old()
    her = browser()
    her.hold(pair.national, old["session"])
    assert enter(her, pair).url.path == "/healthz"
    login = pair.province.inside(SESSIONS)[-1]
    assert (login["how"], login["upstream"]["account_kind"], login["upstream"]["cohort"]) == (
        "sso",
        "citizen",
        "default",
    )
    assert login["upstream"]["sid"] != old["sid"]
    assert old["account"] not in str(login)
    assert old["profile"] not in str(login)


def test_the_second_time_enters_the_same_profile_unasked(pair: Any, people: Any, browser: Any) -> None:
    old = people.old()
    profiles = []
    for _ in range(2):
        her = browser()
        her.hold(pair.national, old["session"])
        enter(her, pair)
        profiles.append(pair.province.inside(SESSIONS)[-1]["profile_id"])
    assert profiles[0] == profiles[1]
    assert sum(path.endswith("/sso/lan-dau") for path in her.seen) == 0


def test_nobody_signed_in_is_led_to_sign_in(pair: Any, browser: Any) -> None:
    page = browser().get(pair.province.origin + "/sso/bat-dau?next=/healthz")
    assert page.url.path == "/dang-nhap"
