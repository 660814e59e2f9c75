"""Promise: a link is told, in its own transaction, to the provinces where the account was used, and to no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from joserfc.jwk import ECKey
from portal_walks import matched_account, say_mine, sign_in_old, to_question

from conftest import make_identity
from portal.accounts.models import AccountLink, LoginSession
from portal.exchange.models import OutgoingMessage, TrustedPortal
from portal.sso.models import IssuedLogin, PairwiseSubject
from wire.assertion import public_jwks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "register_desk")]


@pytest.fixture(autouse=True)
def provinces(db: None) -> None:
    for name in ("quangtri", "hue"):
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
        TrustedPortal.objects.create(
            name=name, origin=f"http://{name}.localhost:8604", jwks=public_jwks(key), trusted_at=datetime.now(UTC)
        )


def jobs(task: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select args::text from procrastinate_jobs where task_name = %s", [task])
        return [json.loads(args) for (args,) in cursor.fetchall()]


def test_the_province_hears_of_the_link_and_of_the_ended_logins(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    subject = PairwiseSubject.objects.create(profile=account.profile, client_id="quangtri.localhost")
    login_sid = LoginSession.objects.get(portal_account=account).sid
    issued = IssuedLogin.objects.create(
        subject=subject, how="old", login_sid=login_sid, portal_account=account, auth_time=1
    )
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    say_mine(client)

    person = AccountLink.objects.get(portal_account=account).profile
    told = {message.type: message for message in OutgoingMessage.objects.all()}
    assert set(told) == {"account-linked", "login-ended"}
    assert {message.portal_id for message in told.values()} == {"quangtri"}
    content = json.loads(told["account-linked"].body)
    theirs = PairwiseSubject.objects.get(profile=person, client_id="quangtri.localhost")
    assert content["body"] == {"sub": subject.sub, "person_sub": theirs.sub}
    assert content["secret"] == {"personal_id": account.personal_id}
    assert {"sid": issued.sid} in jobs("sso.tell_ended")
    assert account.personal_id not in json.dumps(jobs("exchange.deliver"))


def test_an_account_that_no_province_knows_is_told_to_nobody(client: Client, issuer: Any) -> None:
    account = matched_account()
    sign_in_old(client, account)
    to_question(client, issuer, make_identity(personal_id=account.personal_id))
    say_mine(client)
    assert AccountLink.objects.filter(portal_account=account).exists()
    assert not OutgoingMessage.objects.exists()
