"""Promise: what is about power over an old account also stands in the inbox of the e-ID, which nobody who holds the
telephone or this portal can empty. The queue carries ids only; what is told is a kind and a person, never a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from claim_kit import NUMBER, OFFICES, claimant, granted, officer
from portal_walks import matched_account
from test_undo_is_exact import link_now

from conftest import make_identity
from portal.accounts import messages, tasks
from portal.accounts.models import PendingNotice, Profile
from portal.eid_login.provider import ProviderUnavailable, provider

pytest_plugins = ["dossier_fixtures"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]


@pytest.fixture
def eid(issuer: Any) -> Any:
    """The e-ID with an empty inbox."""
    issuer.notices.clear()
    issuer.notice_answer = 202
    return issuer


def waiting() -> list[tuple[str, dict[str, str]]]:
    """(kind, whom) of what waits for the e-ID."""
    return sorted((n.text, json.loads(n.address)) for n in PendingNotice.objects.filter(channel="eid"))


def delivered() -> None:
    """The worker's turn."""
    for notice in PendingNotice.objects.filter(channel="eid"):
        tasks.tell_eid(notice_id=str(notice.pk))


@pytest.mark.usefixtures("register_desk")
def test_a_link_stands_in_the_inbox_of_its_owner(eid: Any) -> None:
    account = matched_account()
    who = make_identity(personal_id=account.personal_id)
    assert link_now(account, who).decision.allowed
    assert waiting() == [("account_linked", {"sub": who.sub})]
    notice_id = str(PendingNotice.objects.get(channel="eid").pk)
    delivered()
    assert eid.notices == [{"id": notice_id, "kind": "account_linked", "sub": who.sub}]
    assert waiting() == []


@pytest.mark.usefixtures("registry")
def test_a_claim_is_told_to_the_claimants_own_eid(eid: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    granted(she, one, two)
    assert waiting() == [("claim_granted", {"sub": she.who.sub})]


@pytest.mark.usefixtures("registry")
def test_whose_number_the_account_carries_is_told_without_ever_having_been_here(eid: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claim = granted(she, one, two)
    PendingNotice.objects.all().delete()
    other = "045160000456"
    claim.portal_account.personal_id = other
    claim.portal_account.save()
    from portal.claims.actions import tell

    tell.everybody(claim)
    assert not Profile.objects.exclude(pk=she.profile.pk).filter(personal_id=other).exists()
    assert ("number_claimed", {"personal_id": other}) in waiting()
    assert all(whom != {"personal_id": NUMBER} for _, whom in waiting()), "the claimant is no other person"


def test_while_the_eid_is_away_the_notice_waits(eid: Any) -> None:
    messages.tell_eid("account_frozen", sub="s")
    eid.down = True
    with pytest.raises(ProviderUnavailable):
        delivered()
    eid.down = False
    eid.notice_answer = 503
    with pytest.raises(ProviderUnavailable):
        delivered()
    assert len(waiting()) == 1
    eid.notice_answer = 202
    delivered()
    assert waiting() == []


def test_an_eid_that_takes_no_notices_is_not_asked_for_ever(eid: Any, caplog: pytest.LogCaptureFixture) -> None:
    messages.tell_eid("account_frozen", personal_id="045160000456")
    eid.notice_answer = 404
    delivered()
    assert waiting() == []
    assert "takes no notice" in caplog.text
    assert "045160000456" not in caplog.text


def test_one_token_serves_many_notices_until_it_is_refused(eid: Any) -> None:
    provider()._own_tokens.clear()
    before = len(eid.bound)
    for _ in range(3):
        messages.tell_eid("account_frozen", sub="s")
    delivered()
    assert len(eid.bound) == before + 1
    eid.notice_answer = 401
    messages.tell_eid("account_frozen", sub="s")
    with pytest.raises(ProviderUnavailable):
        delivered()
    eid.notice_answer = 202
    delivered()
    assert len(eid.bound) == before + 2
