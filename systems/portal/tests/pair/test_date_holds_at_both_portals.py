"""Promise: at the date no old login is accepted at any portal, one cut off included; the e-ID is untouched."""

from __future__ import annotations

import html
from typing import Any

import pytest

AFTER = "2024-07-01T00:00:01+07:00"
BEFORE = "2024-06-30T23:59:00+07:00"
OLDER_COPY = """
from datetime import timedelta
from portal.accounts.models_policy import PolicyCopy
from django.db.models import F
answer = PolicyCopy.objects.update(confirmed_at=F("confirmed_at") - timedelta(minutes=11))
"""
CONFIRMED_AGO = """
from portal.accounts.models import LoginSession
from portal.accounts.session_store import SessionStore
session = SessionStore(key)
login = session["login"]
login["confirmed_at"] -= seconds
session["login"] = login
session.save()
answer = True
"""
KEEP_COPY_FRESH = """
from datetime import UTC, datetime
from portal.accounts.models_policy import PolicyCopy
answer = PolicyCopy.objects.update(confirmed_at=datetime.now(UTC))
"""


def key_of(browser: Any, portal: Any) -> str:
    return str(browser.jars[portal.origin.partition("//")[2]]["__Host-session"])


@pytest.fixture
def hers(pair: Any, people: Any, browser: Any) -> tuple[Any, dict[str, str]]:
    """A browser signed in at both portals by an old login."""
    old = people.old()
    her = browser()
    her.hold(pair.national, old["session"])
    page = her.get(pair.province.origin + "/sso/bat-dau?next=/ho-so")
    if page.url.path == "/sso/lan-dau":
        her.post(pair.province.origin + "/sso/lan-dau")
    assert her.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
    return her, old


@pytest.fixture
def proven(pair: Any, people: Any, browser: Any) -> Any:
    """A browser signed in at the province with the e-ID."""
    him = browser()
    him.hold(pair.province, people.shows_eid(None, "045085000777", "sub-777"))
    if him.get(pair.province.origin + "/sso/vneid").url.path == "/sso/lan-dau":
        him.post(pair.province.origin + "/sso/lan-dau")
    assert him.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
    return him


def test_old_sessions_end_at_both_and_stay_dead(pair: Any, hers: Any, proven: Any) -> None:
    her, _ = hers
    pair.country(BEFORE)
    assert her.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
    assert her.get(pair.national.origin + "/tai-khoan", follow=False).status_code == 200
    pair.country(AFTER)
    for portal in (pair.province, pair.national):
        refused = her.get(portal.origin + "/tai-khoan", follow=False)
        assert refused.status_code == 403
        assert "CUTOFF_PASSED" in refused.text
    assert proven.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
    pair.country(BEFORE)
    for portal in (pair.province, pair.national):
        assert her.get(portal.origin + "/tai-khoan", follow=False).status_code == 302, (
            "the date moved back, the session not"
        )


def test_a_code_of_before_the_date_opens_nothing_after_it(pair: Any, people: Any, browser: Any) -> None:
    pair.country(BEFORE)
    old = people.old()
    her = browser()
    her.hold(pair.national, old["session"])
    to_national = her.get(pair.province.origin + "/sso/bat-dau", follow=False)
    page = her.get(to_national.headers["location"], follow=False).text
    to_province = html.unescape(page.partition('content="0; url=')[2].partition('"')[0])
    assert "code=" in to_province
    pair.country(AFTER)
    assert her.get(to_province, follow=False).status_code in (400, 403)
    assert pair.province.count("accounts.LoginSession", how="sso", door_issuer="x") == 0


def test_an_assertion_of_before_the_date_shown_after_it_is_refused(pair: Any, people: Any, browser: Any) -> None:
    """She has the question of the first time open when the date passes."""
    pair.country(BEFORE)
    old = people.old()
    her = browser()
    her.hold(pair.national, old["session"])
    assert her.get(pair.province.origin + "/sso/bat-dau").url.path == "/sso/lan-dau"
    page = her.get(pair.province.origin + "/sso/lan-dau", follow=False)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    pair.country(AFTER)
    url = pair.province.origin + "/sso/lan-dau"
    refused = her._send("POST", url, follow=False, data={"csrfmiddlewaretoken": token})
    assert refused.status_code == 403
    assert "CUTOFF_PASSED" in refused.text


def test_a_province_cut_off_refuses_old_and_serves_eid(pair: Any, hers: Any, proven: Any) -> None:
    her, _ = hers
    with pair.national.away():
        pair.province.inside(OLDER_COPY)
        pair.country(AFTER)
        refused = her.get(pair.province.origin + "/ho-so", follow=False)
        assert refused.status_code == 503
        assert "POLICY_STALE" in refused.text
        assert "CUTOFF_PASSED" not in refused.text
        assert proven.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
        assert her.get(pair.province.origin + "/dang-nhap", follow=False).status_code in (200, 503)


def test_a_province_cut_off_with_a_fresh_copy_still_knows_the_date(pair: Any, hers: Any) -> None:
    her, _ = hers
    with pair.national.away():
        pair.province.inside(KEEP_COPY_FRESH)
        pair.country(AFTER)
        refused = her.get(pair.province.origin + "/ho-so", follow=False)
        assert refused.status_code == 403
        assert "CUTOFF_PASSED" in refused.text


def test_after_thirty_minutes_the_national_portal_is_asked(pair: Any, hers: Any) -> None:
    her, _ = hers
    pair.province.inside(CONFIRMED_AGO, key=key_of(her, pair.province), seconds=31 * 60)
    assert her.get(pair.province.origin + "/ho-so", follow=False).status_code == 200
    with pair.national.away():
        assert her.get(pair.province.origin + "/ho-so", follow=False).status_code == 200, "confirmed just now"
        pair.province.inside(KEEP_COPY_FRESH)
        pair.province.inside(CONFIRMED_AGO, key=key_of(her, pair.province), seconds=31 * 60)
        refused = her.get(pair.province.origin + "/ho-so", follow=False)
        assert refused.status_code == 503
        assert "SSO_UNAVAILABLE" in refused.text
    assert her.get(pair.province.origin + "/ho-so", follow=False).status_code == 200, "unavailable was not a no"


def test_a_login_that_ended_ends_the_session_at_the_next_question(pair: Any, hers: Any) -> None:
    her, old = hers
    pair.national.inside(ENDED_QUIETLY, sid=old["sid"])
    pair.province.inside(CONFIRMED_AGO, key=key_of(her, pair.province), seconds=31 * 60)
    answer = her.get(pair.province.origin + "/ho-so", follow=False)
    assert answer.status_code == 302
    assert answer.headers["location"] == "/sso/da-ket-thuc"
    assert her.get(pair.province.origin + "/ho-so", follow=False).headers["location"].startswith("/dang-nhap")


ENDED_QUIETLY = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("delete from accounts_loginsession where sid = %s", [sid])
answer = True
"""
