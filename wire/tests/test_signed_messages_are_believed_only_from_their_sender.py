"""RFC 7515 / 8725: one algorithm, an explicit type, one issuer, one audience, a life."""

import base64
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from wire.assertion import client_assertion, public_jwks
from wire.signed import SignatureRefused, open_sealed, seal_to, sign, verify

KEY = ECKey.generate_key("P-256", private=True, auto_kid=True)
STRANGER = ECKey.generate_key("P-256", private=True, auto_kid=True)
JWKS = public_jwks(KEY)


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    return {"iss": "a", "aud": "b", "iat": now, "exp": now + 60, "x": 1} | changes


def read(token: str) -> dict[str, object]:
    return verify(token, JWKS, "exchange+jwt", issuer="a", audience="b")


def test_a_message_of_its_sender_is_read() -> None:
    assert read(sign(claims(), KEY, "exchange+jwt"))["x"] == 1


@pytest.mark.parametrize(
    "token",
    [
        sign(claims(), KEY, "JWT"),
        sign(claims(), STRANGER, "exchange+jwt"),
        sign(claims(iss="c"), KEY, "exchange+jwt"),
        sign(claims(aud="c"), KEY, "exchange+jwt"),
        sign(claims(exp=1), KEY, "exchange+jwt"),
        sign(claims(exp=float("nan")), KEY, "exchange+jwt"),
        sign(claims(iat=float("nan")), KEY, "exchange+jwt"),
        sign({"iss": "a", "aud": "b", "iat": 1}, KEY, "exchange+jwt"),
        sign(claims(iat=time.time() + 3600), KEY, "exchange+jwt"),
        jwt.encode({"alg": "HS256", "typ": "exchange+jwt", "kid": KEY.kid}, claims(), OctKey.import_key("x" * 32)),
        "a.b.c",
        "",
    ],
)
def test_every_other_message_is_refused(token: str) -> None:
    with pytest.raises(SignatureRefused):
        read(token)


def test_alg_none_and_keys_in_the_header_are_refused() -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    unsigned = f"{part({'alg': 'none', 'typ': 'exchange+jwt'})}.{part(claims())}."
    own_key = jwt.encode(
        {"alg": "ES256", "typ": "exchange+jwt", "jwk": STRANGER.as_dict(private=False)}, claims(), STRANGER
    )
    for token in (unsigned, own_key):
        with pytest.raises(SignatureRefused):
            read(token)


def test_what_is_sealed_to_one_receiver_no_other_can_open() -> None:
    sealed = seal_to({"personal_id": "045185000123"}, JWKS)
    assert open_sealed(sealed, KEY) == {"personal_id": "045185000123"}
    with pytest.raises(SignatureRefused):
        open_sealed(sealed, STRANGER)


def test_two_assertions_never_share_a_jti() -> None:
    seen = {jwt.decode(client_assertion("c", "https://op", KEY), KEY).claims["jti"] for _ in range(20)}
    assert len(seen) == 20
