"""What comes from outside is read in one way or refused: JWS segments, claims, forms, numbers, times."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qsl

import pytest
from eid_harness.relying_party import RelyingParty
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws

from eid.clients import assertion as rule
from eid.clients import register
from eid.oidc import claims, parameters, prompt
from eid.oidc.errors import InvalidClient, OAuthError

ISSUER = "https://eid.example"
RP = RelyingParty(ISSUER, "national", "https://portal.example/cb", "portal")
CLIENT = register(RP.metadata())


def refused(token: str) -> bool:
    try:
        rule.prove(rule.read(token), CLIENT, CLIENT.jwks, audiences=(ISSUER,), now=int(time.time()))
    except InvalidClient:
        return True
    return False


def signed(raw: bytes) -> str:
    """A compact JWS of exactly these payload bytes."""
    return jws.serialize_compact({"alg": "ES256", "kid": RP.key.kid}, raw, RP.key)


def good() -> dict[str, Any]:
    now = int(time.time())
    return {"iss": "national", "sub": "national", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "j"}


def test_the_example_that_the_others_are_made_of_is_good() -> None:
    assert not refused(signed(json.dumps(good()).encode()))


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "jti"])
def test_each_claim_of_an_assertion_is_required(missing: str) -> None:
    claims_ = good()
    del claims_[missing]
    assert refused(signed(json.dumps(claims_).encode()))


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"])
@pytest.mark.parametrize("value", [True, [], {}, [ISSUER], [1], {"a": 1}], ids=str)
def test_a_claim_of_another_type_is_refused(name: str, value: Any) -> None:
    assert refused(signed(json.dumps(good() | {name: value}).encode())), (name, value)


def test_numbers_are_numbers_and_texts_are_texts() -> None:
    for name, values in {
        "exp": ["60", "NaN", "null", None],
        "iat": ["0"],
        "nbf": ["0"],
        "jti": [None, 7, ""],
        "aud": [None],
    }.items():
        for value in values:
            assert refused(signed(json.dumps(good() | {name: value}).encode())), (name, value)


def test_an_assertion_of_the_future_is_refused() -> None:
    now = int(time.time())
    for name in ("nbf", "iat"):
        assert not refused(signed(json.dumps(good() | {name: now + 8}).encode()))  # FAPI 2.0: clocks differ
        assert refused(signed(json.dumps(good() | {name: now + 70}).encode()))
    for huge in (10**12, 2**63, 2**64, 1e300):
        assert refused(signed(json.dumps(good() | {"exp": huge}).encode())), huge


def test_a_claim_given_twice_is_never_read_in_two_ways() -> None:
    """The last one counts (RFC 7519 4), for us and for every reader of the same bytes: the first cannot help."""
    text = json.dumps(good())
    assert refused(signed((text[:-1] + ', "sub": "other"}').encode()))
    assert refused(signed((text[:-1] + ', "aud": "https://other.example"}').encode()))


@pytest.mark.parametrize("change", ["pad", "space", "newline", "plus", "tail", "unicode", "fourth", "empty"])
def test_base64url_is_read_in_one_way(change: str) -> None:
    head, body, signature = signed(json.dumps(good()).encode()).split(".")
    changed = {
        "pad": f"{head}=.{body}.{signature}",
        "space": f"{head}. {body}.{signature}",
        "newline": f"{head}.{body}\n.{signature}",
        "plus": f"{head}.{body}.+{signature[1:]}",
        "tail": f"{head}.{body}.{signature}!",
        "unicode": f"{head}.{body}.{signature[:-1]}\uff21",
        "fourth": f"{head}.{body}.{signature}.{signature}",
        "empty": f"{head}..{signature}",
    }[change]
    assert refused(changed)


def test_the_json_of_a_segment_is_an_object() -> None:
    for raw in (b"[]", b"null", b'"x"', b"1", b"", b"{", b'{"sub":"national"}}', b"\xff", b"[" * 100_000):
        assert refused(signed(raw)), raw[:20]


@given(st.binary(max_size=200))
def test_no_bytes_as_payload_crash_it(raw: bytes) -> None:
    assert refused(signed(raw))


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "zip", "p2c"]),
        st.none() | st.text(max_size=9) | st.integers() | st.lists(st.text(max_size=3), max_size=2),
    )
)
def test_no_header_crashes_it(header: dict[str, Any]) -> None:
    segment = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    _, body, signature = signed(json.dumps(good()).encode()).split(".")
    assert refused(f"{segment}.{body}.{signature}")


@pytest.mark.parametrize(
    "raw",
    [b"a=1&a=2", b"a=%ff", b"a=%00", b"a=" + b"x" * 70_000, b"&".join(b"k%d=1" % n for n in range(70)), b"\xff=1"],
    ids=["twice", "bad utf-8", "nul", "too long", "too many", "not ascii"],
)
def test_forms_are_bounded_and_unambiguous(raw: bytes) -> None:
    with pytest.raises(OAuthError):
        parameters.parse(raw)


def test_a_form_holds_sixty_four_fields_of_sixty_four_kibibytes_in_all() -> None:
    most = b"&".join(b"k%d=1" % number for number in range(64))
    assert len(parameters.parse(most)) == 64
    with pytest.raises(OAuthError, match="too many"):
        parameters.parse(most + b"&l=1")
    longest = b"a=" + b"x" * (64 * 1024 - 2)
    assert parameters.parse(longest) == {"a": "x" * (64 * 1024 - 2)}
    with pytest.raises(OAuthError, match="too much"):
        parameters.parse(longest + b"x")


def test_only_names_that_may_be_repeated_are() -> None:
    """RFC 6749 3.1; RFC 8707 2, RFC 8693 2.1."""
    assert parameters.parse(b"resource=a&resource=b&audience=c&audience=d&state=e&nothing=") == {
        "resource": "a b", "audience": "c d", "state": "e"}  # fmt: skip
    with pytest.raises(OAuthError, match="twice"):
        parameters.parse(b"state=e&scope=x&state=e")


@given(st.text(alphabet="ab=&+%41%C3%A9 ;", max_size=40))
def test_a_form_is_read_as_the_standard_library_reads_it(raw: str) -> None:
    try:
        wanted = parse_qsl(raw, keep_blank_values=True, errors="strict")
        expected: object = parameters.once(wanted)
    except (ValueError, OAuthError):
        expected = OAuthError
    try:
        found: object = parameters.parse(raw.encode())
    except OAuthError:
        found = OAuthError
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["[" * 5000 + "]" * 5000, '{"userinfo":' * 600 + "1" + "}" * 600 + "x", '{"id_token":{"acr":{"values":[1]}}}',
     '{"userinfo":[]}', '{"userinfo":{"verified_claims":{"verification":1}}}', "NaN",
     "null", '{"a":1}{"b":2}', "x" * 9000,
     '{"userinfo":{"verified_claims":{"verification":{"time":{"max_age":-1}},"claims":{}}}}'],
    ids=range(10),
)  # fmt: skip
def test_claims_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(OAuthError):
        claims.parse(text)


@given(st.text(alphabet="nonelgicst_acu ", max_size=30))
def test_prompt_is_read_or_refused(text: str) -> None:
    try:
        words = prompt.parse(text)
    except OAuthError:
        return
    assert set(words) <= set(prompt.SUPPORTED)
    assert not ("none" in words and len(words) > 1)
