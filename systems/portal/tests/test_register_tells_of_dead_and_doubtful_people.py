"""Promise: what the register tells seals or freezes the account that it names, and never links or unlinks one."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import ECKey

from conftest import login_eid, make_account, make_identity
from portal.accounts.models import AccountLink, PortalAccount, Profile, State
from portal.claims.models import Claim
from portal.config import CONFIG
from portal.keys import signing_key
from wire.assertion import public_jwks
from wire.signed import seal_to, sign

pytestmark = pytest.mark.django_db


def push(register_desk: Any, kind: str, *accounts: PortalAccount, key: ECKey | None = None, **bent: Any) -> int:
    inside = {"references": [f"portal_account:{one.pk}" for one in accounts], "at": datetime.now(UTC).isoformat()}
    claims = {
        "iss": CONFIG.population_origin,
        "aud": CONFIG.origin,
        "iat": int(time.time()),
        "exp": int(time.time()) + 300,
        "jti": secrets.token_hex(8),
        "events": {f"urn:motcua:register:{kind}": {"sealed": seal_to(inside, public_jwks(signing_key()))}},
    }
    token = sign(claims | bent, key or register_desk.key, "secevent+jwt")
    answer = Client().generic("POST", "/dan-cu/bien-dong", token, content_type="application/secevent+jwt")
    return answer.status_code


@pytest.fixture
def linked(client: Client) -> PortalAccount:
    account = make_account(state=State.LINKED)
    owner = login_eid(client, make_identity())
    AccountLink.objects.create(
        portal_account=account,
        profile=Profile.objects.get(pk=owner.profile_id),
        issuer=owner.issuer,
        sub=owner.sub,
        level=2,
        how="link",
        evidence={},
        linked_at=datetime.now(UTC),
        snapshot_hash="0" * 64,
        snapshot="{}",
    )
    return account


def state(account: PortalAccount) -> str:
    account.refresh_from_db()
    return account.state


def test_a_dead_persons_old_account_is_sealed(register_desk: Any) -> None:
    account, other = make_account(), make_account(phone="0912000987")
    assert push(register_desk, "death", account) == 202
    assert (state(account), state(other)) == (State.ARCHIVED, State.OPEN)


def test_a_linked_account_of_a_dead_person_keeps_its_link(register_desk: Any, linked: PortalAccount) -> None:
    assert push(register_desk, "death", linked) == 202
    assert state(linked) == State.LINKED, "the e-ID is closed, and with it every sign-in; nothing is unlinked"
    assert AccountLink.objects.filter(portal_account=linked, undone_at=None).exists()


@pytest.mark.parametrize("kind", ["records-merged", "record-split"])
def test_a_merge_or_a_split_freezes_the_link_and_the_desk_asks(
    register_desk: Any, linked: PortalAccount, kind: str
) -> None:
    assert push(register_desk, kind, linked) == 202
    assert state(linked) == State.FROZEN
    assert AccountLink.objects.filter(portal_account=linked, undone_at=None).exists()
    assert Claim.objects.filter(portal_account=linked, kind="freeze").count() == 1


def test_an_account_that_is_not_linked_waits_for_the_next_question(register_desk: Any) -> None:
    account = make_account()
    assert push(register_desk, "records-merged", account) == 202
    assert push(register_desk, "name-changed", account) == 202
    assert state(account) == State.OPEN


def test_an_event_that_comes_again_does_nothing(register_desk: Any, linked: PortalAccount) -> None:
    assert push(register_desk, "record-split", linked, jti="the-same") == 202
    PortalAccount.objects.filter(pk=linked.pk).update(state=State.LINKED, state_before_freeze="")
    assert push(register_desk, "record-split", linked, jti="the-same") == 202
    assert state(linked) == State.LINKED


def test_only_the_register_is_believed(register_desk: Any) -> None:
    account = make_account()
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    assert push(register_desk, "death", account, key=stranger) == 400
    assert push(register_desk, "death", account, aud="http://elsewhere.localhost") == 400
    assert push(register_desk, "death", account, iss="http://elsewhere.localhost") == 400
    assert push(register_desk, "death", account, exp=int(time.time()) - 600) == 400
    assert push(register_desk, "death", account, events={}) == 400
    assert state(account) == State.OPEN
