"""Promise: a date comes close only when every portal has it; then it holds everywhere at once."""

from __future__ import annotations

from typing import Any

import pytest

ISSUE = """
from datetime import datetime, timedelta
from kernel import country_time
from portal.accounts import policy_issue
from portal.campaign import law
from portal.accounts.cutover import Rule
ends_at = country_time.now() + timedelta(seconds=seconds)
rules = (Rule("citizen", "default", ends_at, "thử"), *law.LAW_RULES[1:])
answer = policy_issue.issue(rules, reason="sớm", proposed_by="duty:1", approved_by="duty:2").version
"""
LAW_AGAIN = """
from portal.accounts import policy_issue
from portal.campaign import law
policy_issue.withdraw(actor="duty:2", reason="trở lại ngày của luật")
answer = policy_issue.issue(law.LAW_RULES, reason="luật", proposed_by="duty:1", approved_by="duty:2").version
"""
JUDGED = "from portal.accounts import policy\nanswer = str(policy.judge('citizen').code)"
HELD = "from portal.accounts.policy_store import load\nanswer = load().current.version"


@pytest.fixture
def law_again(pair: Any, eventually: Any) -> Any:
    yield
    version = pair.national.inside(LAW_AGAIN)
    eventually(lambda: pair.province.inside(HELD) == version)


def entered(pair: Any, browser: Any, session: str) -> Any:
    her = browser()
    her.hold(pair.national, session)
    if her.get(pair.province.origin + "/sso/bat-dau?next=/ho-so").url.path == "/sso/lan-dau":
        her.post(pair.province.origin + "/sso/lan-dau")
    return her


def test_the_sandbox_cutover_holds_everywhere_and_is_not_undone_for_the_refused(
    pair: Any, people: Any, browser: Any, eventually: Any, law_again: None
) -> None:
    citizen, organisation = people.old(), people.old(kind="organisation")
    her, theirs = (entered(pair, browser, each["session"]) for each in (citizen, organisation))
    for each in (her, theirs):
        assert each.get(pair.province.origin + "/ho-so", follow=False).status_code == 200

    pair.national.run("portal", "policy", "sandbox-cutover", "--kind", "citizen")
    for portal in (pair.province, pair.national):  # refused at the national portal, her login ends here by itself
        assert portal.inside(JUDGED) == "CUTOFF_PASSED"
        assert her.get(portal.origin + "/ho-so", follow=False).status_code == 403
        assert theirs.get(portal.origin + "/ho-so", follow=False).status_code == 200

    version = pair.national.inside(LAW_AGAIN)
    eventually(lambda: pair.province.inside(HELD) == version)
    for portal in (pair.national, pair.province):
        assert portal.inside(JUDGED) == "OPEN"
        assert her.get(portal.origin + "/ho-so", follow=False).status_code == 302


def test_with_one_portal_away_the_date_waits_and_nobody_is_told_expired(
    pair: Any, people: Any, browser: Any, law_again: None
) -> None:
    her = entered(pair, browser, people.old()["session"])
    with pair.province.away():
        pair.national.inside(ISSUE, seconds=0)
        assert pair.national.inside(JUDGED) == "POLICY_STALE"
        refused = her.get(pair.national.origin + "/ho-so", follow=False)
        assert refused.status_code == 503
        assert "CUTOFF_PASSED" not in refused.text


def test_the_last_acknowledgement_brings_it_into_force(pair: Any, eventually: Any, law_again: None) -> None:
    with pair.province.away():
        version = pair.national.inside(ISSUE, seconds=0)
        assert pair.national.inside(HELD) < version
    pair.province.inside("from portal.exchange.policy_exchange import fetch\nanswer = fetch()")
    eventually(lambda: pair.national.inside(HELD) == version)
    eventually(lambda: pair.province.inside(HELD) == version)
    assert {portal.inside(JUDGED) for portal in (pair.national, pair.province)} == {"CUTOFF_PASSED"}


def test_a_distant_date_needs_no_waiting(pair: Any, eventually: Any, law_again: None) -> None:
    version = pair.national.inside(ISSUE, seconds=3600)
    assert pair.national.inside(HELD) == version
    eventually(lambda: pair.province.inside(HELD) == version)
    eventually(lambda: pair.national.count("accounts.PolicyHolder", version=version) == 1)
