"""Our own tokens: right for others to verify (joserfc), and read back only in the one form that we write."""

from __future__ import annotations

import base64
import json
import time
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet

from eid.tokens import content, issue
from eid.tokens.confirmation import Confirmation
from eid.tokens.jws import SigningKey, VerificationKey, read_own

ISSUER = "https://eid.example"
KEY = SigningKey("current", ec.generate_private_key(ec.SECP256R1()))
OTHER = SigningKey("other", ec.generate_private_key(ec.SECP256R1()))
NOW = int(time.time())
GRANT = UUID(int=5)


def access(now: int = NOW, key: SigningKey = KEY, audience: tuple[str, ...] = ()) -> str:
    return issue.access_token(
        key,
        issuer=ISSUER,
        sub="s",
        client_id="national",
        grant_id=GRANT,
        scope=("openid",),
        audience=audience,
        now=now,
    )


def identity(key: SigningKey = KEY) -> str:
    return issue.id_token(
        key,
        issuer=ISSUER,
        sub="s",
        client_id="national",
        nonce=None,
        auth_time=NOW,
        acr="a",
        amr=("pwd",),
        sid="x",
        now=NOW,
    )


def read(token: str, keys: list[VerificationKey] | None = None, now: int = NOW) -> UUID | None:
    told = issue.read_access_token(token, keys or [KEY], issuer=ISSUER, now=now)
    return None if told is None else told.grant_id


def test_others_verify_what_we_sign() -> None:
    keys = KeySet.import_key_set({"keys": [KEY.jwk]})
    for token, typ in ((access(), "at+jwt"), (identity(), "JWT")):
        decoded = jwt.decode(token, keys, algorithms=["ES256"])
        assert decoded.header == {"alg": "ES256", "typ": typ, "kid": "current"}
        assert decoded.claims["iss"] == ISSUER


def test_signatures_are_deterministic_and_read_back() -> None:
    payload = b'{"a":1}'
    assert KEY.sign("JWT", payload) == KEY.sign("JWT", payload)
    assert read(access()) == GRANT


def test_a_retired_key_still_reads_by_its_public_half() -> None:
    retired = VerificationKey("current", KEY.public)
    assert read(access(), [OTHER, retired]) == GRANT
    assert read(access(key=OTHER), [retired]) is None


@given(st.integers(0, 2000), st.integers(0, 7))
def test_one_flipped_bit_is_refused(position: int, bit: int) -> None:
    token = bytearray(access().encode())
    position %= len(token) - 1  # the last character carries unused bits; the signature compares whole below
    token[position] ^= 1 << bit
    assert read(token.decode("latin-1")) is None


def test_a_signature_with_spare_bits_or_negated_s_is_refused_by_the_current_key() -> None:
    head, payload, signature = access().split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    negated = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    forged = base64.urlsafe_b64encode(negated).rstrip(b"=").decode()
    assert read(f"{head}.{payload}.{forged}") is None


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "at+jwt", "kid": "current"},
        {"alg": "HS256", "typ": "at+jwt", "kid": "current"},
        {"alg": "ES256", "typ": "at+jwt", "kid": "../current"},
        {"alg": "ES256", "typ": "at+jwt", "kid": "current", "jwk": {}},
        {"alg": "ES256", "typ": "at+jwt"},
        {"typ": "at+jwt", "alg": "ES256", "kid": "current"},
    ],
)
def test_a_header_that_we_did_not_write_is_not_read(header: dict[str, object]) -> None:
    raw = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    payload = access().split(".")[1].encode()
    signed = raw + b"." + payload
    signature = base64.urlsafe_b64encode(KEY._signature(signed)).rstrip(b"=")
    assert read((signed + b"." + signature).decode()) is None
    assert read((signed + b".").decode()) is None


def test_a_foreign_key_with_our_kid_is_refused() -> None:
    impostor = SigningKey("current", ec.generate_private_key(ec.SECP256R1()))
    assert read(access(key=impostor), [impostor]) == GRANT
    assert read(access(key=impostor)) is None
    assert read(access(key=impostor), [VerificationKey("current", KEY.public)]) is None


def test_an_id_token_is_no_access_token_and_the_other_way_round() -> None:
    assert read(identity()) is None
    assert issue.read_id_token_hint(access(), [KEY], issuer=ISSUER) is None
    assert issue.read_id_token_hint(identity(), [KEY], issuer=ISSUER) is not None


def test_an_access_token_ends_and_is_for_us() -> None:
    assert read(access(NOW - content.LIFETIME)) is None
    assert read(access(NOW - content.LIFETIME + 1)) == GRANT
    assert issue.read_access_token(access(), [KEY], issuer="https://other.example", now=NOW) is None


def test_an_access_token_for_another_server_is_none_of_ours() -> None:
    ours = issue.userinfo_audience(ISSUER)
    elsewhere = access(audience=("https://dossiers.example/api", "https://files.example/"))
    assert read(elsewhere) == GRANT
    assert issue.read_access_token(elsewhere, [KEY], issuer=ISSUER, now=NOW, audience=ours) is None
    assert issue.read_access_token(access(), [KEY], issuer=ISSUER, now=NOW, audience=ours) is not None


@given(st.text(max_size=200))
def test_no_text_crashes_it(text: str) -> None:
    assert read_own(text, "JWT", [KEY]) is None


def test_the_id_token_holds_ten_claims_and_no_other() -> None:
    claims = set(content.IdToken.__struct_fields__)
    assert claims == {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce"}


def test_a_token_with_details_and_everything_else_is_read_back() -> None:
    details = [{"type": "vn_document_signature", "document_name": "Đơn", "sha256": "ab"}]
    token = issue.access_token(
        KEY, issuer=ISSUER, sub="s", client_id="c", grant_id=UUID(int=7), scope=("openid", "phone"), now=1,
        audience=("https://a.example", "https://b.example"), cnf=Confirmation(jkt="k"), act={"sub": "x"},
        authorization_details=json.dumps(details), auth_time=1, acr="acr", lifetime=60,
    )  # fmt: skip
    read = issue.read_access_token(token, [KEY], issuer=ISSUER, now=2)
    assert read is not None
    assert msgspec.to_builtins(read) | {"jti": ""} == {
        "iss": ISSUER, "sub": "s", "aud": ("https://a.example", "https://b.example"), "client_id": "c", "exp": 61,
        "iat": 1, "jti": "", "scope": "openid phone", "cnf": {"jkt": "k"}, "act": {"sub": "x"},
        "authorization_details": details, "auth_time": 1, "acr": "acr",
    }  # fmt: skip
    assert read.grant_id == UUID(int=7)
