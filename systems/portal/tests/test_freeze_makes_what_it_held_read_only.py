"""Promise: after a freeze nobody changes what the account brought along; the person's own new papers are untouched."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from dossier_kit import begin, seed_catalogue

from conftest import login_eid, login_old, make_account, make_identity
from portal.accounts import holdings
from portal.accounts.models import AccountLink, PortalAccount, Profile, State
from portal.dossiers.models import Draft
from portal.sso.frozen import is_frozen
from portal.sso.models import FrozenDoor, JoinedDoors

pytest_plugins = ["dossier_fixtures"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "registry")]


def owner_of(login: Any) -> Profile:
    return Profile.objects.get(pk=login.profile_id)


def link(account: PortalAccount, person: Profile) -> None:
    """What a link leaves behind."""
    held = holdings.snapshot(account.profile_id)
    holdings.move(held, person.pk)
    AccountLink.objects.create(
        portal_account=account,
        profile=person,
        issuer="i",
        sub="s",
        level=2,
        how="link",
        evidence={},
        linked_at=datetime.now(UTC),
        snapshot_hash=holdings.digest(held),
        snapshot=json.dumps({"holdings": json.loads(holdings.to_json(held)), "phone": None, "email": None}),
    )


def test_what_came_with_the_link_is_read_and_not_changed(client: Client, browser: Any) -> None:
    seed_catalogue()
    account = make_account()
    login_old(client, account)
    brought = begin(client)
    hers = browser()
    person = owner_of(login_eid(hers, make_identity()))
    link(account, person)
    page = f"/ho-so/ban-nhap/{brought.pk}/ho-gia-dinh"
    assert not is_frozen(brought, person.pk)

    PortalAccount.objects.filter(pk=account.pk).update(state=State.FROZEN)
    assert hers.get(page).status_code == 200
    refused = hers.post(page, {"household": "new"})
    assert refused.status_code == 403
    assert "ACCOUNT_FROZEN" in refused.content.decode()
    assert Draft.objects.get(pk=brought.pk).read_answers().get("household") is None


def test_a_new_draft_of_the_person_is_not_touched(client: Client) -> None:
    seed_catalogue()
    person = owner_of(login_eid(client, make_identity()))
    account = make_account(state=State.FROZEN)
    link(account, person)
    own = begin(client)
    assert not is_frozen(own, person.pk)
    answer = client.post(f"/ho-so/ban-nhap/{own.pk}/ho-gia-dinh", {"household": "new"})
    assert answer.status_code != 403


def test_at_a_province_what_the_frozen_door_brought(client: Client) -> None:
    seed_catalogue()
    person = owner_of(login_eid(client, make_identity()))
    brought = begin(client)
    sub = secrets.token_urlsafe(9)
    source = Profile.objects.create()
    moved = holdings.to_json(holdings.snapshot(person.pk))
    JoinedDoors.objects.create(source=source, target=person, sub=sub, because="national-link", moved=moved)
    assert not is_frozen(brought, person.pk)
    FrozenDoor.objects.create(sub=sub)
    assert is_frozen(brought, person.pk)
