"""Promise: the notice's link freezes the account once, after a confirmation, and can do nothing else."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from conftest import login_eid, make_account, make_identity
from portal.accounts.models import AccountLink, FreezeToken, PortalAccount, Profile, State
from portal.sealing import blind

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(client: Client) -> tuple[PortalAccount, str]:
    """A linked account, and the token that its old contact point was sent."""
    account = make_account(state=State.LINKED)
    owner = login_eid(client, make_identity())
    link = AccountLink.objects.create(
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
    token = secrets.token_urlsafe(24)
    now = datetime.now(UTC)
    FreezeToken.objects.create(
        token_hash=blind(token, "freeze"), link=link, channel="sms", made_at=now, expires_at=now + timedelta(days=30)
    )
    return account, token


def state(account: PortalAccount) -> str:
    account.refresh_from_db()
    return account.state


def test_opening_the_link_only_asks(linked: tuple[PortalAccount, str], browser: type[Client]) -> None:
    account, token = linked
    page = browser().get(f"/dong-bang/{token}")
    assert page.status_code == 200
    assert '<form method="post"' in page.content.decode()
    assert state(account) == State.LINKED


def test_the_confirmation_freezes_once(linked: tuple[PortalAccount, str], browser: type[Client]) -> None:
    account, token = linked
    stranger = browser()
    assert stranger.post(f"/dong-bang/{token}").status_code == 200
    assert state(account) == State.FROZEN
    again = stranger.post(f"/dong-bang/{token}")
    assert again.status_code == 410
    assert "FREEZE_REFUSED" in again.content.decode()
    assert stranger.get(f"/dong-bang/{token}").status_code == 410


def test_an_unknown_or_old_token_freezes_nothing(linked: tuple[PortalAccount, str], browser: type[Client]) -> None:
    account, token = linked
    assert browser().post("/dong-bang/" + "x" * 32).status_code == 410
    FreezeToken.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert browser().post(f"/dong-bang/{token}").status_code == 410
    assert state(account) == State.LINKED


def test_it_signs_nobody_in_and_shows_nothing(linked: tuple[PortalAccount, str], browser: type[Client]) -> None:
    account, token = linked
    stranger = browser()
    pages = stranger.get(f"/dong-bang/{token}").content.decode() + stranger.post(f"/dong-bang/{token}").content.decode()
    for secret in (account.full_name, account.phone, account.personal_id):
        assert str(secret) not in pages
    assert stranger.get("/tai-khoan").status_code == 302


def test_a_form_from_elsewhere_freezes_nothing(linked: tuple[PortalAccount, str], browser: type[Client]) -> None:
    account, token = linked
    answer = browser().post(f"/dong-bang/{token}", headers={"origin": "http://evil.localhost"})
    assert answer.status_code == 403
    assert state(account) == State.LINKED
