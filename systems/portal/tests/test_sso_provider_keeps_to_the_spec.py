"""Promise: a registered province alone gets a code, once, with PKCE, for a login that is still good."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from oauth2_provider.models import Application

from conftest import login_eid, login_old, make_account, new_browser
from portal.accounts.models import LoginSession, State
from portal.config import CONFIG
from portal.keys import signing_key
from portal.sso.models import Grant, IssuedLogin, PairwiseSubject
from wire import signed
from wire.assertion import public_jwks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]
PROVINCE, SECRET = "quangtri.localhost", "a-secret-of-this-hop"
REDIRECT = "http://quangtri.localhost:8604/sso/tro-ve"
VERIFIER = secrets.token_urlsafe(32)


@pytest.fixture(autouse=True)
def province(db: None) -> Any:
    return Application.objects.create(
        client_id=PROVINCE,
        client_secret=SECRET,
        redirect_uris=REDIRECT,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        skip_authorization=True,
    )


def request_of(**changes: Any) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": PROVINCE,
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | changes
    return "/sso/authorize?" + urlencode({name: value for name, value in query.items() if value is not None})


def answer(client: Client, **changes: Any) -> dict[str, str]:
    response = client.get(request_of(**changes))
    address = response.headers.get("location") or onward(response)
    assert address.startswith(REDIRECT), address
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def onward(response: Any) -> str:
    """Where the page between the portals leads."""
    assert response.status_code == 200
    assert "no-store" in response.headers["cache-control"]
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def redeem(code: str, secret: str = SECRET, **changes: Any) -> Any:
    basic = base64.b64encode(f"{PROVINCE}:{secret}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return new_browser().post("/sso/token", form | changes, headers={"authorization": f"Basic {basic}", "origin": ""})


def test_a_code_gives_the_login_that_made_the_session(client: Client) -> None:
    account = make_account(cohort="wave-1")
    login = login_old(client, account, auth_time=int(time.time()) - 120)
    said = answer(client)
    assert said["iss"] == CONFIG.origin
    token = json.loads(redeem(said["code"]).content)
    assert "refresh_token" not in token
    claims = signed.verify(
        token["id_token"], public_jwks(signing_key()), "JWT", issuer=CONFIG.origin, audience=PROVINCE
    )
    assert claims["auth_time"] == login.auth_time
    assert (claims["how"], claims["nonce"], claims["amr"]) == ("old", "n", ["pwd", "otp"])
    assert (claims["account_kind"], claims["cohort"]) == ("citizen", "wave-1")
    assert set(claims) <= {
        *("iss", "sub", "aud", "iat", "exp", "nonce", "auth_time", "acr", "amr", "sid", "how"),
        *("account_kind", "cohort"),
    }
    assert claims["sid"] != login.sid
    assert len(base64.urlsafe_b64decode(claims["sub"] + "==")) == 16


def test_a_sign_in_form_never_ends_in_a_redirect_to_another_portal(client: Client) -> None:
    """Chromium holds it against the form's `form-action`; a sign-in of long ago may redirect."""
    login_old(client, make_account())
    assert client.get(request_of()).status_code == 200
    login_old(client, make_account(), started_at=int(time.time()) - 3600)
    assert client.get(request_of()).status_code == 302


def test_an_eid_login_says_so(client: Client) -> None:
    login_eid(client)
    claims = _claims(json.loads(redeem(answer(client)["code"]).content)["id_token"])
    assert (claims["how"], claims["acr"]) == ("eid", "urn:motcua:acr:eid2")
    assert "account_kind" not in claims


def test_the_sub_is_of_one_province_and_stays(client: Client) -> None:
    login_old(client, make_account())
    subs = {_claims(json.loads(redeem(answer(client)["code"]).content)["id_token"])["sub"] for _ in range(2)}
    assert subs == {PairwiseSubject.objects.get().sub}
    other = PairwiseSubject.objects.create(profile=PairwiseSubject.objects.get().profile, client_id="hue.localhost")
    assert other.sub not in subs


def test_a_code_is_used_once(client: Client) -> None:
    login_old(client, make_account())
    code = answer(client)["code"]
    assert redeem(code).status_code == 200
    assert redeem(code).status_code == 400


def test_a_code_needs_its_verifier_its_address_and_its_client(client: Client) -> None:
    login_old(client, make_account())
    code = answer(client)["code"]
    assert redeem(code, code_verifier="x" * 43).status_code == 400
    assert redeem(code, redirect_uri="http://quangtri.localhost:8604/elsewhere").status_code == 400
    assert redeem(code, secret="guess").status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"prompt": "none", "max_age": "0"}, "login_required"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(client: Client, changes: dict[str, Any], error: str) -> None:
    login_old(client, make_account(), auth_time=int(time.time()) - 60)
    said = answer(client, **changes)
    assert said["error"] == error
    assert (said["iss"], said["state"]) == (CONFIG.origin, "s")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("changes", [{"redirect_uri": "http://evil.localhost/"}, {"client_id": "nobody"}])
def test_a_stranger_is_never_redirected_to(client: Client, changes: dict[str, Any]) -> None:
    login_old(client, make_account())
    response = client.get(request_of(**changes))
    assert response.status_code == 400
    assert "location" not in response.headers


def test_who_is_not_signed_in_is_asked_or_refused(client: Client) -> None:
    assert client.get(request_of()).headers["location"].startswith("/dang-nhap?next=")
    assert answer(client, prompt="none")["error"] == "login_required"


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "60"}])
def test_prompt_and_max_age_ask_again_once(client: Client, changes: dict[str, Any]) -> None:
    account = make_account()
    login_old(client, account, auth_time=int(time.time()) - 3600)
    assert client.get(request_of(**changes)).headers["location"].startswith("/dang-nhap")
    assert client.get(request_of(**changes)).headers["location"].startswith("/dang-nhap"), "the old login will not do"
    login_old(client, account)
    assert "code" in answer(client, **changes)


def test_a_login_that_ended_before_the_token_gives_none(client: Client) -> None:
    login = login_old(client, make_account())
    code = answer(client)["code"]
    LoginSession.objects.filter(sid=login.sid).delete()
    assert redeem(code).status_code == 400


def test_a_code_of_before_the_date_gives_nothing_after_it(client: Client, country_date: Any) -> None:
    country_date("2024-06-30T23:59:59+07:00")
    login_old(client, make_account())
    code = answer(client)["code"]
    country_date("2024-07-01T00:00:00+07:00")
    assert redeem(code).status_code == 400


def test_a_linked_or_frozen_account_gives_nothing(client: Client) -> None:
    account = make_account()
    login_old(client, account)
    code = answer(client)["code"]
    account.state = State.LINKED
    account.save()
    assert redeem(code).status_code == 400
    account.state = State.FROZEN
    account.save()
    assert answer(client)["error"] == "access_denied"


def test_the_only_grant_is_the_code(client: Client) -> None:
    basic = base64.b64encode(f"{PROVINCE}:{SECRET}".encode()).decode()
    for grant in ("refresh_token", "password", "client_credentials"):
        response = client.post(
            "/sso/token",
            {"grant_type": grant, "username": "u", "password": "p", "refresh_token": "r"},
            headers={"authorization": f"Basic {basic}"},
        )
        assert response.status_code == 400, grant


def test_an_issued_login_keeps_no_identity(client: Client) -> None:
    account = make_account()
    login_old(client, account)
    answer(client)
    kept = str(IssuedLogin.objects.values().get()) + str(PairwiseSubject.objects.values().get())
    for secret in (account.personal_id, account.phone, account.full_name):
        assert secret not in kept


def test_discovery_says_what_is_so(client: Client) -> None:
    said = client.get("/.well-known/openid-configuration").json()
    assert said["issuer"] == CONFIG.origin
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert client.get("/sso/jwks").json() == public_jwks(signing_key())


def _claims(id_token: str) -> dict[str, Any]:
    return signed.verify(id_token, public_jwks(signing_key()), "JWT", issuer=CONFIG.origin, audience=PROVINCE)
