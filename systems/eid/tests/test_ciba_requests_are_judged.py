"""CIBA Core 1.0 7.1 and FAPI-CIBA 5.2.2, without a provider around them: hints, words, signed requests."""

from __future__ import annotations

import contextlib
import unicodedata
from datetime import timedelta
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


@pytest.mark.parametrize(
    ("message", "is_good"),
    [
        ("Hồ sơ 4521: đăng ký khai sinh", True),
        ("a" * 80, True),
        ("a" * 81, False),
        ("", True),
        (" a", False),
        ("a ", False),
        ("a\nb", False),
        ("a\u2028b", False),  # line separator
        ("a\u2029b", False),  # paragraph separator
        ("a\u202eb", False),  # right-to-left override: what is read is not what is said
        ("a\u200bb", False),  # zero width space
        ("a\ue000b", False),  # private use
    ],
)
def test_words_that_could_pose_as_something_else_are_refused(message: str, is_good: bool) -> None:
    params = {"binding_message": message}
    if is_good:
        assert ciba.binding_message_of(CLIENT, params) == message
        return
    with pytest.raises(InvalidBindingMessage):
        ciba.binding_message_of(CLIENT, params)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(None, 300), ("1", 1), ("899", 899), ("900", 900), ("901", 900), ("999999", 900),
     ("0", None), ("-1", None), ("01", None), ("1.5", None), ("", None), ("1000000", None), ("٣٠", None)],
)  # fmt: skip
def test_a_wished_expiry_is_followed_up_to_a_quarter_of_an_hour(asked: str | None, granted: int | None) -> None:
    params = {} if asked is None else {"requested_expiry": asked}
    if granted is not None:
        assert ciba.expiry_of(params) == timedelta(seconds=granted)
        return
    with pytest.raises(InvalidRequest):
        ciba.expiry_of(params)


@pytest.mark.parametrize(
    ("token", "is_good"),
    [("t" * 22, True), ("t" * 21, False), ("t" * 1024, True), ("t" * 1025, False), ("t" * 1023 + "==", False),
     ("aZ09-._~+/" * 3 + "==", True), ("t" * 30 + " ", False), ("t" * 30 + "é", False), (None, False)],
)  # fmt: skip
def test_a_pinged_client_gives_a_bearer_token_that_nobody_guesses(token: str | None, is_good: bool) -> None:
    params = {} if token is None else {"client_notification_token": token}
    polling = msgspec.structs.replace(CLIENT, backchannel_token_delivery_mode="poll")
    assert ciba.notification_token_of(polling, params) is None, "nobody pings it"
    if is_good:
        assert ciba.notification_token_of(CLIENT, params) == token
        return
    with pytest.raises(InvalidRequest):
        ciba.notification_token_of(CLIENT, params)
