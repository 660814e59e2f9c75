"""RFC 9068 4 and RFC 9470 3: what a portal does with an access token, and what it answers when it is not enough."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from wire import access_token, signed
from wire.access_token import InsufficientUserAuthentication, TokenRefused
from wire.assertion import public_jwks

ISSUER, HERE = "https://eid.example", "https://national.example"
EID1, EID2 = "urn:motcua:acr:eid1", "urn:motcua:acr:eid2"
KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def token(typ: str = "at+jwt", **more: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": HERE, "sub": "s", "client_id": "c", "iat": now, "exp": now + 60, "jti": "j"}
    return signed.sign(claims | more, KEY, typ)


def read(text: str, **more: Any) -> dict[str, Any]:
    return access_token.read(text, public_jwks(KEY), issuer=ISSUER, audience=HERE, **more)


def test_a_token_for_this_resource_server_is_read() -> None:
    assert read(token())["sub"] == "s"
    assert read(token(aud=[HERE, "https://other.example"]))["sub"] == "s"


@pytest.mark.parametrize(
    "wrong",
    [
        {"typ": "JWT"},
        {"aud": "https://other.example"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"cnf": {"jkt": "x"}},
    ],
)
def test_any_other_token_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused) as refused:
        read(token(**wrong))
    assert 'error="invalid_token"' in refused.value.challenge()


def test_a_bound_token_needs_its_key() -> None:
    bound = token(cnf={"jkt": "mine"})
    assert read(bound, proven={"jkt": "mine"})["sub"] == "s"
    with pytest.raises(TokenRefused):
        read(bound, proven={"jkt": "thief"})
    with pytest.raises(TokenRefused):
        read(bound)


def test_a_level_too_low_is_challenged_with_what_is_needed() -> None:
    with pytest.raises(InsufficientUserAuthentication) as asked:
        access_token.demand({"acr": EID1, "auth_time": 0}, acr_values=(EID2,))
    assert asked.value.challenge() == (f'DPoP error="insufficient_user_authentication", acr_values="{EID2}"')
    access_token.demand({"acr": EID2}, acr_values=(EID1, EID2))


def test_a_sign_in_too_old_is_challenged_with_max_age() -> None:
    access_token.demand({"auth_time": 1000}, max_age=300, now=1300)
    with pytest.raises(InsufficientUserAuthentication) as asked:
        access_token.demand({"auth_time": 1000}, max_age=300, now=1301)
    assert asked.value.challenge("Bearer", resource_metadata="https://x/").startswith(
        'Bearer error="insufficient_user_authentication", max_age="300", resource_metadata='
    )


@given(
    st.dictionaries(st.sampled_from(["acr", "auth_time"]), st.one_of(st.none(), st.text(), st.booleans(), st.floats()))
)
def test_a_token_that_does_not_say_is_never_enough(claims: dict[str, Any]) -> None:
    if claims.get("acr") != EID2:
        with pytest.raises(InsufficientUserAuthentication):
            access_token.demand(claims, acr_values=(EID2,))
    if not isinstance(claims.get("auth_time"), float):
        with pytest.raises(InsufficientUserAuthentication):
            access_token.demand(claims, max_age=300)
