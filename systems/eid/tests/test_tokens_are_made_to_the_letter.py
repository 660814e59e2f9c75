"""What a token answer and each token hold, member by member (RFC 6749 5.1, 9068 2.2, 9449 6.1, Core 2, 16.14)."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from eid.grants.token_response import Given, SignIn, token_response
from eid.tokens import content, encryption, issue
from eid.tokens.confirmation import Confirmation
from eid.tokens.jws import SigningKey, base64url, compact, read_own
from eid.tokens.rs256 import RsaSigningKey

ISSUER = "https://eid.example"
NOW = 2_000_000_000
KEY = SigningKey("now", ec.generate_private_key(ec.SECP256R1()))
OTHER = SigningKey("other", ec.generate_private_key(ec.SECP256R1()))
GRANT = UUID(int=7)
ENCRYPTING = ECKey.generate_key("P-256", auto_kid=True)
RSA = RSAKey.generate_key(2048, auto_kid=True)


class Keys:
    current = KEY

    def signing(self, alg: str) -> SigningKey:
        return {"ES256": KEY, "OTHER": OTHER}[alg]


def answered(**more: Any) -> dict[str, Any]:
    given = Given(**({"grant_id": GRANT, "client_id": "c", "sub": "s"} | more))
    return token_response(given, Keys(), issuer=ISSUER, now=NOW)


def claims(token: str, typ: str, key: SigningKey = KEY) -> dict[str, Any]:
    read = jwt.decode(token, KeySet.import_key_set({"keys": [key.jwk]}), algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "typ": typ, "kid": key.kid}
    return read.claims


def access(answer: dict[str, Any]) -> dict[str, Any]:
    told = claims(answer["access_token"], "at+jwt")
    grant, _, chance = told.pop("jti").partition(".")
    assert UUID(grant) == GRANT
    assert len(chance) == 16
    return told


LEAST = {
    "iss": ISSUER,
    "sub": "s",
    "aud": "https://eid.example/userinfo",
    "client_id": "c",
    "exp": NOW + 300,
    "iat": NOW,
}


def test_the_least_answer_is_a_bearer_token_for_userinfo() -> None:
    answer = answered()
    assert access(answer) == LEAST
    assert {name: value for name, value in answer.items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 300,
    }


def test_everything_that_was_given_stands_in_the_answer() -> None:
    sign_in = SignIn(auth_time=NOW - 9, acr="level", amr=("pwd", "otp"), sid="sid", nonce="n")
    answer = answered(
        scope=("openid", "phone"),
        resource=("https://a.example/",),
        authorization_details='[{"type":"t"}]',
        cnf=Confirmation(jkt="thumb"),
        act={"sub": "clerk"},
        sign_in=sign_in,
        id_token=True,
        id_token_alg="OTHER",
        id_token_claims={"email": "a@example.vn", "iss": "https://evil.example"},
        refresh_token="again",
        lifetime=60,
        more={"issued_token_type": "x"},
    )
    assert access(answer) == LEAST | {
        "aud": "https://a.example/", "exp": NOW + 60, "scope": "openid phone", "cnf": {"jkt": "thumb"},
        "act": {"sub": "clerk"}, "authorization_details": [{"type": "t"}], "auth_time": NOW - 9, "acr": "level",
    }  # fmt: skip
    assert claims(answer["id_token"], "JWT", OTHER) == {
        "iss": ISSUER, "sub": "s", "aud": "c", "exp": NOW + 300, "iat": NOW, "auth_time": NOW - 9, "acr": "level",
        "amr": ["pwd", "otp"], "sid": "sid", "nonce": "n", "email": "a@example.vn",
    }  # fmt: skip
    told = json.loads(msgspec.json.encode({k: v for k, v in answer.items() if k not in ("access_token", "id_token")}))
    assert told == {
        "token_type": "DPoP", "expires_in": 60, "scope": "openid phone", "refresh_token": "again",
        "authorization_details": [{"type": "t"}], "issued_token_type": "x",
    }  # fmt: skip


def test_an_id_token_needs_a_sign_in_and_to_be_wanted() -> None:
    sign_in = SignIn(auth_time=NOW, acr="level", amr=("pwd",), sid=None)
    assert "id_token" not in answered(sign_in=sign_in)
    assert "id_token" not in answered(id_token=True)
    assert claims(answered(sign_in=sign_in, id_token=True)["id_token"], "JWT") == {
        "iss": ISSUER, "sub": "s", "aud": "c", "exp": NOW + 300, "iat": NOW, "auth_time": NOW, "acr": "level",
        "amr": ["pwd"],
    }  # fmt: skip


def test_two_resources_are_two_audiences_and_a_certificate_stays_a_bearer() -> None:
    answer = answered(resource=("https://a.example/", "https://b.example/"), cnf=Confirmation(x5t_s256="thumb"))
    assert answer["token_type"] == "Bearer"
    told = access(answer)
    assert told["aud"] == ["https://a.example/", "https://b.example/"]
    assert told["cnf"] == {"x5t#S256": "thumb"}


def test_a_logout_token_lives_two_minutes_and_has_no_nonce() -> None:
    """Back-Channel Logout 1.0 2.4."""
    told = claims(issue.logout_token(KEY, issuer=ISSUER, sub="s", client_id="c", sid="sid", now=NOW), "logout+jwt")
    assert len(told.pop("jti")) == 22
    assert told == {
        "iss": ISSUER, "sub": "s", "aud": "c", "iat": NOW, "exp": NOW + 120, "sid": "sid",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }  # fmt: skip


def test_a_security_event_has_neither_sub_nor_exp() -> None:
    """RFC 8417 2.2, SSF 1.0 4.1."""
    token = issue.security_event_token(
        KEY, issuer=ISSUER, client_id="c", jti="j", txn="t", issued_at=NOW, happened_at=NOW - 5,
        subject={"format": "x"}, events={"urn:e": {}},
    )  # fmt: skip
    assert claims(token, "secevent+jwt") == {
        "iss": ISSUER, "aud": "c", "jti": "j", "iat": NOW, "txn": "t", "toe": NOW - 5, "sub_id": {"format": "x"},
        "events": {"urn:e": {}},
    }  # fmt: skip


def own(**more: Any) -> str:
    facts: dict[str, Any] = {
        "issuer": ISSUER, "sub": "s", "client_id": "c", "grant_id": GRANT, "scope": (), "now": NOW,
    }  # fmt: skip
    return issue.access_token(KEY, **(facts | more))


def test_an_own_token_is_read_until_its_last_second_by_its_issuer_for_its_audience() -> None:
    def read(token: str, now: int = NOW, **more: Any) -> content.AccessToken | None:
        return issue.read_access_token(token, [OTHER, KEY], **({"issuer": ISSUER, "now": now} | more))

    good = read(own())
    assert good is not None
    assert (good.grant_id, good.audiences) == (GRANT, ("https://eid.example/userinfo",))
    assert read(own(), NOW + 299) is not None
    assert read(own(), NOW + 300) is None
    assert read(own(), issuer="https://other.example") is None
    assert read(own(), audience="https://eid.example/userinfo") is not None
    assert read(own(), audience="https://a.example/") is None
    both = own(audience=("https://a.example/", "https://b.example/"))
    assert read(both, audience="https://b.example/") is not None
    assert read(KEY.sign("at+jwt", b'{"iss":1}')) is None
    assert read(KEY.sign("JWT", b"{}")) is None


def test_a_hint_of_another_issuer_is_none() -> None:
    def hint(issuer: str, typ: str = "JWT", raw: bytes | None = None) -> content.IdToken | None:
        said = {"iss": issuer, "sub": "s", "aud": "c", "exp": 1, "iat": 1, "auth_time": 1, "acr": "a", "amr": []}
        token = KEY.sign(typ, raw or msgspec.json.encode(said))
        return issue.read_id_token_hint(token, [KEY], issuer=ISSUER)

    told = hint(ISSUER)
    assert told is not None
    assert (told.sub, told.exp) == ("s", 1)
    assert hint("https://other.example") is None
    assert hint(ISSUER, raw=b"[]") is None
    assert hint(ISSUER, typ="at+jwt") is None


def test_a_token_of_any_other_shape_is_not_ours() -> None:
    token = own()
    head, payload, signature = token.split(".")
    assert read_own(token, "at+jwt", [KEY]) is not None
    assert read_own(token, "at+jwt", []) is None
    for bad in ("", "a.b", f"{token}.x", f"{head}.{payload}.", f"{head}.{payload}.*", f"{head}.{payload}.{signature}é"):
        assert read_own(bad, "at+jwt", [KEY]) is None, bad
    long = KEY.sign("at+jwt", b" " * 6000)
    exact = KEY.sign("at+jwt", b" " * (6000 + (8192 - len(long)) // 4 * 3))
    assert 8189 <= len(exact) <= 8192
    assert read_own(exact, "at+jwt", [KEY]) is not None
    assert read_own(KEY.sign("at+jwt", b" " * 6100), "at+jwt", [KEY]) is None


def test_a_public_half_says_the_same_as_its_private_one() -> None:
    """A retired key reads what it signed, and nothing else, of exactly 64 bytes."""
    retired = super(SigningKey, KEY)
    token = own()
    signing_input, _, signature = token.rpartition(".")
    good = jws_bytes(signature)
    assert retired.is_ours(signing_input.encode(), good) is True
    assert KEY.is_ours(signing_input.encode(), good) is True
    for bad in (good[:-1], good + b"\0", bytes(64), good[32:] + good[:32]):
        assert retired.is_ours(signing_input.encode(), bad) is False
        assert KEY.is_ours(signing_input.encode(), bad) is False
    assert retired.is_ours(b"x" + signing_input.encode(), good) is False
    assert KEY.jwk == {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "now",
                            "x": KEY.jwk["x"], "y": KEY.jwk["y"]}  # fmt: skip


def test_keys_are_published_as_rfc_7518_writes_them() -> None:
    """6.2.1.2: coordinates of full length; 6.3.1: numbers without a leading zero."""
    short_x, short_y = (SigningKey("k", ec.derive_private_key(number, ec.SECP256R1())) for number in (379, 43))
    assert jws_bytes(short_x.jwk["x"])[0] == jws_bytes(short_y.jwk["y"])[0] == 0
    assert [len(jws_bytes(key.jwk[name])) for key in (KEY, short_x, short_y) for name in ("x", "y")] == [32] * 6
    usual = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "k"}
    assert short_x.jwk == usual | {name: short_x.jwk[name] for name in ("x", "y")}
    signs = RsaSigningKey("r", RSA.private_key)
    members = RSA.as_dict(private=False)
    assert signs.jwk == {
        "kty": "RSA", "n": members["n"], "e": "AQAB", "use": "sig", "alg": "RS256", "kid": "r"}  # fmt: skip
    token = signs.sign("JWT", b"{}")
    signing_input, _, signature = token.rpartition(".")
    assert signs.is_ours(signing_input.encode(), jws_bytes(signature)) is True
    assert signs.is_ours(b"x" + signing_input.encode(), jws_bytes(signature)) is False


def jws_bytes(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def test_every_byte_survives_base64url() -> None:
    """RFC 7515 2: the alphabet of URLs, nothing left of the padding, and nothing of the content taken with it."""
    for last in range(256):
        for size in (1, 2, 3, 4):
            raw = b"\xfb\xef\xff"[: size - 1] + bytes([last])
            text = base64url(raw).decode()
            assert jws_bytes(text) == raw
            assert set(text).isdisjoint("=+/")


def test_compact_serialisation() -> None:
    """RFC 7515 7.1."""
    assert compact(b"aGVhZA", b"{}", lambda signed: signed[:3]) == "aGVhZA.e30.YUdW"


def public(key: Any, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in key.as_dict(private=False).items() if name != "use"} | more


@pytest.mark.parametrize("alg", ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "RSA-OAEP", "RSA-OAEP-256"])
@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A256GCM"])
def test_what_is_encrypted_opens_with_the_clients_key(alg: str, enc: str) -> None:
    key = RSA if alg.startswith("RSA") else ENCRYPTING
    keys = [public(RSA), public(ENCRYPTING)]
    opened = jwe.decrypt_compact(encryption.encrypt("inside", alg, enc, keys), key, algorithms=[alg, enc])
    assert opened.plaintext == b"inside"
    headers = opened.headers()
    assert {name: headers[name] for name in ("alg", "enc", "cty", "kid")} == {
        "alg": alg, "enc": enc, "cty": "JWT", "kid": key.kid,
    }  # fmt: skip


def test_the_first_key_that_fits_is_taken() -> None:
    """RFC 7517 4.2 and 4.4: of its kind, for encryption or for anything, for this algorithm or for any."""
    fits = public(ENCRYPTING, kid="fits", use="enc", alg="ECDH-ES")
    others = [
        public(RSA),
        public(ENCRYPTING, kid="signs", use="sig"),
        public(ENCRYPTING, kid="wraps", alg="ECDH-ES+A128KW"),
    ]
    sealed = encryption.encrypt(
        "x", "ECDH-ES", "A128GCM", [*others, fits, public(ENCRYPTING, kid="late")], nested=False
    )
    headers = jwe.decrypt_compact(sealed, ENCRYPTING, algorithms=["ECDH-ES", "A128GCM"]).headers()
    assert headers["kid"] == "fits"
    assert "cty" not in headers
    nameless = {name: value for name, value in public(ENCRYPTING).items() if name != "kid"}
    sealed = encryption.encrypt("x", "ECDH-ES", "A128GCM", [nameless])
    assert "kid" not in jwe.decrypt_compact(sealed, ENCRYPTING, algorithms=["ECDH-ES", "A128GCM"]).headers()
    with pytest.raises(encryption.NoKey):
        encryption.encrypt("x", "ECDH-ES", "A128GCM", others)
    with pytest.raises(encryption.NoKey):
        encryption.encrypt("x", "ECDH-ES", "unheard", [fits])


def test_a_confirmation_is_met_by_the_same_proof_alone() -> None:
    """RFC 7800 3.1: exactly one of the two."""
    key, certificate = Confirmation(jkt="a"), Confirmation(x5t_s256="a")
    assert key.token_type == "DPoP"
    assert certificate.token_type == "Bearer"
    assert key.is_met_by(Confirmation(jkt="a")) is True
    assert certificate.is_met_by(Confirmation(x5t_s256="a")) is True
    for wrong in (None, Confirmation(jkt="b"), certificate, Confirmation()):
        assert key.is_met_by(wrong) is False
    for wrong in (None, Confirmation(x5t_s256="b"), key, Confirmation()):
        assert certificate.is_met_by(wrong) is False
    assert Confirmation().is_met_by(Confirmation()) is False
