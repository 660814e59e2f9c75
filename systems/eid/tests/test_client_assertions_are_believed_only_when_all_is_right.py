"""private_key_jwt (RFC 7523 3, FAPI 2.0): algorithm, key, subject, audience, time, and once."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from eid.clients import assertion as rule
from eid.clients import register
from eid.oidc.errors import InvalidClient, OAuthError
from sandbox.testing import free_port

ISSUER = "https://eid.example"
RP = RelyingParty(ISSUER, "national", "https://portal.example/cb", "portal")
CLIENT = register(RP.metadata())


def prove(token: str) -> rule.Proven:
    return rule.prove(
        rule.read(token), CLIENT, CLIENT.jwks, audiences=(ISSUER, f"{ISSUER}/token"), now=int(time.time())
    )


def refused(token: str) -> bool:
    try:
        prove(token)
    except InvalidClient:
        return True
    return False


def b64(document: Any) -> str:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def payload() -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": "national", "sub": "national", "aud": ISSUER, "iat": now, "exp": now + 60}
    return claims | {"jti": secrets.token_urlsafe(8)}


def test_a_right_one_is_believed() -> None:
    assert prove(RP.assertion()).jti


def test_alg_none_is_refused() -> None:
    for alg in ("none", "None", "NONE", ""):
        assert refused(f"{b64({'alg': alg, 'kid': RP.key.kid})}.{b64(payload())}.")


def test_only_es256_is_taken_and_a_public_key_is_no_hmac_secret() -> None:
    signing_input = f"{b64({'alg': 'HS256', 'kid': RP.key.kid})}.{b64(payload())}"
    for secret in (RP.key.as_pem(private=False), json.dumps(RP.key.as_dict(private=False)).encode()):
        assert refused(f"{signing_input}.{b64(hmac.digest(secret, signing_input.encode(), hashlib.sha256))}")
    rsa = RSAKey.generate_key(2048)
    assert refused(jwt.encode({"alg": "RS256", "kid": RP.key.kid}, payload(), rsa, algorithms=["RS256"]))


def test_another_kind_of_token_is_no_assertion() -> None:
    """Cross-JWT confusion: signed by the same key for another purpose."""
    for typ in ("dpop+jwt", "oauth-authz-req+jwt", "at+jwt", "logout+jwt"):
        assert refused(RP.assertion(header={"typ": typ}))
    assert not refused(RP.assertion(header={"typ": "JWT"}))


def test_an_algorithm_that_the_profile_has_not_is_refused() -> None:
    """RS256 is a good signature, and not one of FAPI 2.0's (5.4.1)."""
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    said = RP.metadata() | {"jwks": {"keys": [key.as_dict(private=False)]}}
    for profile, good in (("fapi2", False), ("oidc", True)):
        client = register(said | {"profile": profile})
        token = rule.read(jwt.encode({"alg": "RS256", "kid": "rsa"}, payload(), key, algorithms=["RS256"]))
        try:
            rule.prove(token, client, client.jwks, audiences=(ISSUER,), now=int(time.time()))
            believed = True
        except InvalidClient:
            believed = False
        assert believed is good


def test_the_key_is_a_registered_one_never_one_in_the_header() -> None:
    foreign = new_key()
    embedded = foreign.as_dict(private=False)
    assert refused(RP.assertion(key=foreign))
    assert refused(RP.assertion(header={"jwk": embedded, "kid": foreign.kid}, key=foreign))
    assert refused(RP.assertion(header={"jku": "https://evil.example/jwks", "kid": "x"}, key=foreign))


@pytest.mark.parametrize(
    "kid", ["../../../../dev/null", "/dev/null", "' or 1=1 --", "file:///etc/passwd", "", "\u0000"]
)
def test_kid_is_compared_and_nothing_else(kid: str) -> None:
    assert refused(RP.assertion(header={"kid": kid}))


def test_iss_and_sub_are_the_client() -> None:
    assert refused(RP.assertion(iss="quangtri"))
    assert refused(RP.assertion(sub="quangtri"))


@pytest.mark.parametrize(
    "aud", [ISSUER + "/", ISSUER + "/token", "https://evil.example", [ISSUER], [ISSUER, "x"], None]
)
def test_aud_is_the_issuer_as_one_string(aud: Any) -> None:
    assert refused(RP.assertion(aud=aud))


def test_it_ends_and_may_not_live_for_long() -> None:
    now = int(time.time())
    assert refused(RP.assertion(exp=now - 61))
    assert refused(RP.assertion(exp=now + 2 * 3600))
    assert refused(RP.assertion(exp=None))
    assert refused(RP.assertion(nbf=now + 300))
    assert refused(RP.assertion(iat=now + 300))
    assert refused(RP.assertion(jti=None))
    assert refused(RP.assertion(jti=""))


def test_crit_and_unencoded_payloads_are_refused() -> None:
    header = {"alg": "ES256", "kid": RP.key.kid}
    for more in ({"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}):
        assert refused(f"{b64(header | more)}.{b64(payload())}.{b64(b'x' * 64)}")


@given(st.text(max_size=300))
def test_no_text_crashes_it(text: str) -> None:
    assert refused(text)
    with contextlib.suppress(OAuthError):
        rule.client_id_of(rule.read(text))


@given(st.integers(0, 400), st.integers(0, 255))
def test_one_changed_byte_is_refused(position: int, value: int) -> None:
    token = bytearray(RP.assertion().encode())
    position %= len(token)
    if token[position] == value:
        return
    token[position] = value
    last_bits_only = position == len(token) - 1  # the last character of 64 bytes carries 4 unused bits
    assert last_bits_only or refused(token.decode("latin-1"))


def test_a_replay_is_refused_over_time_and_endpoints(world: World) -> None:
    form, _ = world.national.parameters()
    body = world.national.authenticated(**form)
    assert world.national.http.post("/par", data=body).status_code == 201
    again = world.national.http.post("/par", data=body)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    at_token = world.national.http.post("/token", data=body | {"grant_type": "authorization_code"})
    assert at_token.status_code == 401


def test_a_replay_is_refused_by_another_process(world: World) -> None:
    other = free_port()
    world.eid.start(f"127.0.0.1:{other}")
    form, _ = world.national.parameters()
    body = world.national.authenticated(**form)
    assert world.national.http.post("/par", data=body).status_code == 201
    assert world.national.http.post(f"http://127.0.0.1:{other}/par", data=body).status_code == 401


def test_without_or_with_somebody_elses_assertion_nothing_is_pushed(world: World) -> None:
    form, _ = world.national.parameters()
    assert world.national.http.post("/par", data=form | {"client_id": "national"}).status_code == 401
    crossed = world.province.authenticated(**form) | {"client_id": "national"}
    assert world.national.http.post("/par", data=crossed).status_code == 401
    unknown = world.national.authenticated(**form) | {"client_id": "nobody"}
    assert world.national.http.post("/par", data=unknown).status_code == 401
