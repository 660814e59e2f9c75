"""CIBA Core 1.0 7.1 and FAPI-CIBA 5.2.2, without a provider around them: hints, words, signed requests."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from eid.clients import Client, Name, signed_request
from eid.grants import ciba
from eid.oidc.errors import InvalidBindingMessage, InvalidRequest

NOW = 1_800_000_000
ISSUER = "https://eid.example"
KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
CLIENT = Client(
    client_id="hospital",
    client_name="hospital",
    organization=Name("h", "h"),
    sector="s",
    system="sandbox",
    backchannel_token_delivery_mode="ping",
)
PLAIN = msgspec.structs.replace(CLIENT, profile="oidc")


def prove(key: ECKey = KEY, typ: str | None = None, **more: Any) -> signed_request.SignedRequest:
    claims = {"iss": "hospital", "aud": ISSUER, "iat": NOW, "nbf": NOW, "exp": NOW + 300, "jti": "j", "scope": "openid"}
    payload = {name: value for name, value in (claims | more).items() if value is not None}
    header = {"alg": "ES256", "kid": KEY.kid} | ({} if typ is None else {"typ": typ})
    text = jws.serialize_compact(header, msgspec.json.encode(payload), key)
    keys = [KEY.as_dict(private=False)]
    return signed_request.prove(signed_request.read(text), CLIENT, keys, issuer=ISSUER, now=NOW)


def test_a_good_request_gives_its_parameters() -> None:
    good = prove(login_hint="045", requested_expiry=60, claims={"userinfo": {}}, aud=[ISSUER, "https://x"])
    assert good.params == {
        "scope": "openid",
        "login_hint": "045",
        "requested_expiry": "60",
        "claims": '{"userinfo":{}}',
    }
    assert good.expires_at > NOW + 300


@pytest.mark.parametrize("wrong", [{"iss": "clinic"}, {"aud": "https://other.example"}, {"aud": []}])
def test_only_the_clients_own_request_for_us_counts(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        prove(**wrong)


@given(nbf=st.integers(-8000, 8000), lasts=st.integers(-100, 8000), iat=st.integers(-8000, 8000))
def test_only_a_request_of_this_hour_counts(nbf: int, lasts: int, iat: int) -> None:
    try:
        prove(nbf=NOW + nbf, exp=NOW + nbf + lasts, iat=NOW + iat)
    except InvalidRequest:
        return
    assert -3600 < nbf <= signed_request.SKEW
    assert lasts <= 3600
    assert nbf + lasts > -signed_request.SKEW
    assert iat <= signed_request.SKEW


@pytest.mark.parametrize("typ", ["dpop+jwt", "at+jwt", "login-hint+jwt", "client-authentication+jwt"])
def test_another_token_of_the_client_is_no_request(typ: str) -> None:
    with pytest.raises(InvalidRequest):
        prove(typ=typ)
    with pytest.raises(InvalidRequest):
        prove(sub="hospital")  # as client assertions have it


def test_another_key_counts_nothing() -> None:
    with pytest.raises(InvalidRequest):
        prove(ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        signed_request.read(text)


def test_fapi_ciba_needs_words() -> None:
    with pytest.raises(InvalidRequest):
        ciba.binding_message_of(CLIENT, {})
    assert ciba.binding_message_of(PLAIN, {}) is None


@given(st.text(max_size=120))
def test_words_are_plain_text_of_one_line(text: str) -> None:
    try:
        kept = ciba.binding_message_of(CLIENT, {"binding_message": text})
    except InvalidBindingMessage:
        return
    assert kept == text
    assert len(text) <= ciba.MAX_BINDING_MESSAGE
    assert not any(unicodedata.category(letter)[0] == "C" for letter in text), "no line, direction or invisible sign"
    assert text == text.strip()


@given(st.sets(st.sampled_from(["login_hint", "id_token_hint", "login_hint_token"])))
def test_exactly_one_hint_is_taken(given_hints: set[str]) -> None:
    params = dict.fromkeys(given_hints, "x")
    if len(given_hints) == 1:
        assert ciba.hint_of(params) == (given_hints.pop(), "x")
    else:
        with pytest.raises(InvalidRequest):
            ciba.hint_of(params)


@given(st.text(max_size=12))
def test_expiry_is_never_longer_than_ours(text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        assert 0 < ciba.expiry_of({"requested_expiry": text}).total_seconds() <= ciba.LONGEST.total_seconds()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["iss", "aud", "exp", "nbf", "iat", "jti", "scope", "login_hint", "sub_id", "claims"])


@given(more=st.dictionaries(MEMBERS, JSON, max_size=5))
def test_no_signed_payload_breaks_the_reader(more: dict[str, Any]) -> None:
    """A registered client with its own key may send anything: it is good, or it is an invalid request."""
    try:
        good = prove(**more)
    except InvalidRequest:
        return
    assert all(isinstance(value, str) and value for value in good.params.values())
    assert good.expires_at <= NOW + 2 * 3600


@given(JSON)
def test_no_login_hint_token_breaks_the_reader(sub_id: Any) -> None:
    claims = {"iss": "hospital", "aud": ISSUER, "exp": NOW + 60, "sub_id": sub_id}
    header = {"alg": "ES256", "kid": KEY.kid, "typ": signed_request.LOGIN_HINT_TYPE}
    token = signed_request.read(jws.serialize_compact(header, msgspec.json.encode(claims), KEY))
    with pytest.raises(InvalidRequest):
        signed_request.prove_login_hint(token, CLIENT, [KEY.as_dict(private=False)], issuer=ISSUER, now=NOW)
