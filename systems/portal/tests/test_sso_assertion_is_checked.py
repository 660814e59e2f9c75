"""Promise: a province believes an assertion only from the national portal, for itself, for this sign-in, just now."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import ECKey

from conftest import issue_policy
from portal.accounts import policy_store
from portal.accounts.cutover import Code
from portal.accounts.models import Door, LoginSession, Profile
from portal.config import CONFIG
from portal.sso import relying_party
from portal.sso.models import FrozenDoor
from portal.sso.relying_party import SsoRefused, SsoUnavailable
from portal.sso.views import province
from wire import signed
from wire.assertion import public_jwks

pytestmark = pytest.mark.django_db
NONCE = "the-nonce-of-this-sign-in"


@pytest.fixture
def national_key() -> ECKey:
    """This process plays the province; the test is the national portal and holds its pinned key."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    policy_store.trust(CONFIG.national_origin, public_jwks(key))
    return key


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {
        "iss": CONFIG.national_origin,
        "aud": relying_party.client_id(),
        "sub": "sub-1",
        "sid": "sid-1",
        "iat": now,
        "exp": now + 60,
        "nonce": NONCE,
        "auth_time": now - 5,
        "acr": "",
        "amr": ["pwd", "otp"],
        "how": "old",
        "account_kind": "citizen",
        "cohort": "default",
    }
    return {name: value for name, value in (said | changes).items() if value is not None}


def assertion(key: ECKey, typ: str = "JWT", **changes: Any) -> str:
    return signed.sign(claims(**changes), key, typ)


def test_a_good_assertion_is_believed(national_key: ECKey) -> None:
    said = relying_party.verify(assertion(national_key), NONCE)
    assert (said.sub, said.how, said.account_kind, said.cohort) == ("sub-1", "old", "citizen", "default")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://eid.localhost:8601"},
        {"aud": "hue.localhost"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        {"iat": int(time.time()) - 600, "exp": int(time.time()) + 600},
        {"iat": int(time.time()) + 600},
        {"how": None},
        {"how": "sso"},
        {"sub": ""},
        {"sid": None},
        {"auth_time": None},
        {"auth_time": "now"},
        {"auth_time": int(time.time()) + 600},
    ],
)
def test_an_assertion_that_does_not_fit_is_refused(national_key: ECKey, changes: dict[str, Any]) -> None:
    with pytest.raises(SsoRefused):
        relying_party.verify(assertion(national_key, **changes), NONCE)


def test_a_forged_assertion_is_refused(national_key: ECKey) -> None:
    stranger = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    with pytest.raises(SsoRefused):
        relying_party.verify(assertion(stranger), NONCE)


def test_a_forged_sub_is_refused(national_key: ECKey) -> None:
    """The victim's `sub` put into a good assertion of one's own."""
    head, _, tail = assertion(national_key).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(sub="the-victim")).encode()).rstrip(b"=").decode()
    with pytest.raises(SsoRefused):
        relying_party.verify(f"{head}.{body}.{tail}", NONCE)


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_other_algorithms_are_refused(national_key: ECKey, alg: str) -> None:
    import hashlib
    import hmac

    def part(what: bytes) -> str:
        return base64.urlsafe_b64encode(what).rstrip(b"=").decode()

    head = json.dumps({"alg": alg, "typ": "JWT", "kid": national_key.kid}).encode()
    text = f"{part(head)}.{part(json.dumps(claims()).encode())}"
    public = json.dumps(public_jwks(national_key)).encode()
    tail = part(hmac.new(public, text.encode(), hashlib.sha256).digest()) if alg == "HS256" else ""
    with pytest.raises(SsoRefused):
        relying_party.verify(f"{text}.{tail}", NONCE)


@pytest.mark.parametrize("typ", ["exchange+jwt", "policy+jwt", "logout+jwt"])
def test_another_kind_of_token_is_no_assertion(national_key: ECKey, typ: str) -> None:
    with pytest.raises(SsoRefused):
        relying_party.verify(assertion(national_key, typ), NONCE)


def test_without_trust_nothing_is_believed(db: None) -> None:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    with pytest.raises(SsoUnavailable):
        relying_party.verify(assertion(key), NONCE)


class Session(dict[str, Any]):
    """Enough of a browser's session for the relying party."""


def test_a_state_is_of_one_session_and_one_use() -> None:
    hers, his = Session(), Session()
    address = relying_party.begin(hers, "/ho-so")
    state = address.partition("state=")[2].partition("&")[0]
    assert "code_challenge_method=S256" in address
    answer = {"state": state, "code": "c", "iss": "http://elsewhere.localhost"}
    with pytest.raises(SsoRefused) as of_another:
        relying_party.finish(his, answer)
    assert of_another.value.code == "CALLBACK_STATE"
    with pytest.raises(SsoRefused) as wrong_issuer:
        relying_party.finish(hers, answer)
    assert wrong_issuer.value.code == "SSO_ISSUER"
    with pytest.raises(SsoRefused) as used:
        relying_party.finish(hers, answer)
    assert used.value.code == "CALLBACK_STATE"


def test_a_state_that_was_not_given_is_refused() -> None:
    hers = Session()
    relying_party.begin(hers, "/ho-so")
    with pytest.raises(SsoRefused) as guessed:
        relying_party.finish(hers, {"state": "a-guess", "code": "c", "iss": "http://elsewhere.localhost"})
    assert guessed.value.code == "CALLBACK_STATE"


def test_a_state_dies_after_ten_minutes() -> None:
    hers = Session()
    state = relying_party.begin(hers, "/").partition("state=")[2].partition("&")[0]
    hers[relying_party.PENDING][0]["at"] -= 601
    with pytest.raises(SsoRefused):
        relying_party.finish(hers, {"state": state, "code": "c", "iss": CONFIG.national_origin})


def test_an_assertion_is_judged_by_the_date_where_it_is_shown(national_key: ECKey, country_date: Any, db: None) -> None:
    """Good in June, shown in July. The province's own copy decides."""
    policy_store.PolicyCopy.objects.all().delete()
    issue_policy()
    said = relying_party.Assertion("s", "sid", "old", int(time.time()), "", (), "citizen", "default")
    by_eid = relying_party.Assertion("s", "sid", "eid", int(time.time()), "urn:motcua:acr:eid2", (), "", "")
    country_date("2024-06-30T23:59:59+07:00")
    assert province._judge(said) == ""
    country_date("2024-07-01T00:00:00+07:00")
    assert province._judge(said) == Code.CUTOFF_PASSED
    assert province._judge(by_eid) == ""
    FrozenDoor.objects.create(sub="s")
    assert province._judge(by_eid) == "SSO_FROZEN"


def test_a_national_portal_has_no_province_pages(client: Client, db: None) -> None:
    for path in ("/sso/bat-dau", "/sso/tro-ve", "/sso/vneid", "/sso/lan-dau"):
        assert client.get(path).status_code == 404


def test_a_logout_token_is_checked_too(national_key: ECKey, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from portal.sso.endings import LOGOUT_EVENT
    from portal.sso.views import logout

    monkeypatch.setattr(logout, "CONFIG", replace(CONFIG, role="province"))
    profile = Profile.objects.create()
    Door.objects.create(profile=profile, issuer=CONFIG.national_origin, sub="sub-1")
    row = {"session_data": "", "expire_date": "2099-01-01T00:00:00Z", "how": "sso", "upstream_how": "old"}
    LoginSession.objects.create(session_key="s" * 32, upstream_sid="sid-1", profile=profile, **row)
    now = int(time.time())
    token = {
        "iss": CONFIG.national_origin,
        "aud": relying_party.client_id(),
        "iat": now,
        "exp": now + 60,
        "jti": "l-1",
        "sid": "sid-1",
        "events": {LOGOUT_EVENT: {}},
    }

    def post(**changes: Any) -> int:
        data = signed.sign(token | changes, national_key, "logout+jwt")
        return client.post("/sso/backchannel-logout", {"logout_token": data}, headers={"origin": ""}).status_code

    stranger = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    forged = signed.sign(token, stranger, "logout+jwt")
    assert client.post("/sso/backchannel-logout", {"logout_token": forged}).status_code == 400
    assert post(events={}) == 400
    assert post(aud="hue.localhost") == 400
    assert post(nonce="n") == 400
    assert LoginSession.objects.exists()
    assert post() == 200
    assert not LoginSession.objects.exists()
    assert post() == 400, "a token counts once"
