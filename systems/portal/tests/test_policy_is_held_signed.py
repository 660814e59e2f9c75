"""Promise: a portal judges only by what the national portal signed, and keeps the old copy when in doubt."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from kernel.country_time import VIETNAM
from portal.accounts import policy, policy_issue, policy_store
from portal.accounts.cutover import Code, DocumentRefused, PolicyDocument, Rule, to_claims
from portal.accounts.models_policy import PolicyCopy, PolicyHolder, PolicyVersion
from portal.config import CONFIG
from wire import signed
from wire.assertion import public_jwks

pytestmark = pytest.mark.django_db

JULY = datetime(2024, 7, 1, tzinfo=VIETNAM)
NATIONAL = "http://another-national.localhost:1"
"""This test plays a province: its national portal is somebody else, whose key the test holds."""


def rules(ends_at: datetime = JULY) -> tuple[Rule, ...]:
    return (
        Rule("citizen", "default", ends_at, "Nghị định số 59/2022/NĐ-CP"),
        Rule("official", "default", ends_at, "Nghị định số 59/2022/NĐ-CP"),
        Rule("organisation", "default", JULY.replace(year=2025), "Nghị định số 69/2024/NĐ-CP, Điều 40"),
    )


def document(version: int, ends_at: datetime = JULY) -> PolicyDocument:
    return PolicyDocument(version, datetime.now(UTC), "duty:1", "duty:2", "luật", rules(ends_at))


@pytest.fixture(scope="module")
def national_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)


@pytest.fixture
def province(national_key: ECKey) -> None:
    policy_store.trust(NATIONAL, public_jwks(national_key))


def signed_by(key: ECKey, what: PolicyDocument, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": NATIONAL, "aud": policy_store.AUDIENCE, "iat": now, "exp": now + 9999, "policy": to_claims(what)}
    return signed.sign(claims | changes, key, policy_store.TYP)


def hold(key: ECKey, what: PolicyDocument, ago: timedelta = timedelta(0)) -> None:
    policy_store.hold(signed_by(key, what), "", datetime.now(UTC) - ago)


def test_without_a_copy_old_logins_are_unavailable(province: None) -> None:
    assert policy.judge("citizen").code is Code.POLICY_STALE


def test_a_held_policy_is_judged_by(province: None, national_key: ECKey) -> None:
    hold(national_key, document(1))
    verdict = policy.judge("citizen")
    assert (verdict.allowed, verdict.days_left, verdict.legal_date) == (True, 58, JULY.date())
    assert PolicyVersion.objects.get().version == 1


def test_a_copy_of_eleven_minutes_is_unavailable_not_expired(province: None, national_key: ECKey) -> None:
    hold(national_key, document(1), ago=timedelta(minutes=11))
    verdict = policy.judge("citizen")
    assert (verdict.allowed, verdict.code, verdict.expired) == (False, Code.POLICY_STALE, False)


def test_the_date_refuses(province: None, national_key: ECKey, country_date: Any) -> None:
    hold(national_key, document(1))
    country_date("2024-06-30T23:59:58+07:00")
    assert policy.judge("citizen").allowed
    country_date("2024-07-01T00:00:00+07:00")
    assert policy.judge("citizen").code is Code.CUTOFF_PASSED
    assert policy.judge("organisation").allowed


def test_a_wrong_signature_keeps_the_old_copy(province: None, national_key: ECKey) -> None:
    hold(national_key, document(1))
    stranger = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    later = document(2, JULY + timedelta(days=365))
    with pytest.raises(DocumentRefused):
        policy_store.hold(signed_by(stranger, later), "", datetime.now(UTC))
    with pytest.raises(DocumentRefused):
        policy_store.hold(signed_by(national_key, later, iss="http://elsewhere.localhost"), "", datetime.now(UTC))
    with pytest.raises(DocumentRefused):
        policy_store.hold(signed_by(national_key, later, aud="somebody"), "", datetime.now(UTC))
    assert policy.judge("citizen").legal_date == JULY.date()


def test_a_stored_copy_that_was_changed_is_no_copy(province: None, national_key: ECKey) -> None:
    hold(national_key, document(1))
    row = PolicyCopy.objects.get()
    head, body, tail = row.document.split(".")
    row.document = ".".join((head, body[:-4] + "AAAA", tail))
    row.save()
    assert policy.judge("citizen").code is Code.POLICY_STALE


def test_an_older_version_is_refused(province: None, national_key: ECKey) -> None:
    hold(national_key, document(3))
    with pytest.raises(DocumentRefused):
        hold(national_key, document(2, JULY + timedelta(days=365)))
    assert policy.judge("citizen").legal_date == JULY.date()


def test_a_replayed_message_makes_nothing_fresh(province: None, national_key: ECKey) -> None:
    said_at = datetime.now(UTC) - timedelta(minutes=11)
    token = signed_by(national_key, document(1))
    policy_store.hold(token, "", said_at)
    policy_store.hold(token, "", said_at)
    assert policy.judge("citizen").code is Code.POLICY_STALE
    policy_store.hold(token, "", datetime.now(UTC))
    with pytest.raises(policy_store.OutOfDate):
        policy_store.hold(token, "", said_at)
    assert policy.judge("citizen").allowed


# National: its own store is the copy.


def issue(ends_at: datetime = JULY) -> PolicyDocument:
    return policy_issue.issue(rules(ends_at), reason="luật", proposed_by="duty:1", approved_by="duty:2")


def test_the_national_copy_is_its_own_store() -> None:
    issue()
    verdict = policy.judge("citizen")
    assert (verdict.allowed, verdict.days_left) == (True, 58)
    assert PolicyCopy.objects.get().issuer == CONFIG.origin


def test_a_distant_date_takes_effect_at_once() -> None:
    PolicyHolder.objects.create(name="quangtri", origin="http://q.localhost:1")
    issue()
    assert issue(JULY - timedelta(days=10)).version == 2
    assert policy.judge("citizen").legal_date == (JULY - timedelta(days=10)).date()


def test_a_near_date_waits_for_every_portal(country_date: Any) -> None:
    for name in ("quangtri", "hue"):
        PolicyHolder.objects.create(name=name, origin=f"http://{name}.localhost:1")
    issue()
    soon = issue(datetime(2024, 5, 4, 14, 54, tzinfo=VIETNAM))
    assert policy.judge("citizen").legal_date == JULY.date()
    with pytest.raises(policy_issue.ChangeWaits):
        issue(JULY - timedelta(days=1))

    PolicyHolder.objects.filter(name="quangtri").update(awaiting_digest=_digest(soon))
    assert not policy_issue.acknowledged()
    assert policy.judge("citizen").allowed
    country_date("2024-05-04T14:54:00+07:00")
    assert policy.judge("citizen").code is Code.POLICY_STALE, (
        "the awaited date has come, nobody may serve by the old one"
    )

    PolicyHolder.objects.filter(name="hue").update(awaiting_digest=_digest(soon))
    assert policy_issue.acknowledged()
    assert policy.judge("citizen").code is Code.CUTOFF_PASSED


def test_a_withdrawn_date_was_never_in_force(country_date: Any) -> None:
    PolicyHolder.objects.create(name="quangtri", origin="http://q.localhost:1")
    issue()
    issue(datetime(2024, 5, 4, 14, 54, tzinfo=VIETNAM))
    assert policy_issue.withdraw(actor="duty:2", reason="nhầm ngày") is not None
    country_date("2024-05-04T15:00:00+07:00")
    assert policy.judge("citizen").allowed
    assert PolicyVersion.objects.get(version=2).held_since is None
    assert issue(JULY - timedelta(days=1)).version == 3


def _digest(what: PolicyDocument) -> str:
    return PolicyVersion.objects.get(version=what.version).digest
