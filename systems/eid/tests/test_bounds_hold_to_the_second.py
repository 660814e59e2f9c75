"""Every bound in time and length that the specs or we set, on its last good and its first bad value.

RFC 9449 4.3 and 11.1, RFC 7523 3, RFC 9101 4, FAPI 2.0 5.3.2.1 and MS 5.3.1, FAPI-CIBA 5.2.2, CIBA 7.1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import ECKey, OKPKey, RSAKey

from eid.clients import Client, Name, assertion, redirection, request_object, signed_request
from eid.oidc import dpop, foreign_jws
from eid.oidc.errors import ExpiredLoginHintToken, InvalidRequest, OAuthError, UseDpopNonce
from eid.tokens.jws import SigningKey, base64url, compact

ISSUER = "https://eid.example"
TOKEN_ENDPOINT = f"{ISSUER}/token"
NOW = 1_800_000_000
PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = SigningKey("one", PRIVATE)
JWK = {name: KEY.jwk[name] for name in ("kty", "crv", "x", "y")}
CLIENT = Client(
    client_id="c",
    client_name="c",
    organization=Name("c", "c"),
    sector="s",
    system="sandbox",
    jwks=(JWK | {"kid": "one"},),
)
PLAIN = msgspec.structs.replace(CLIENT, profile="oidc")
CIBA = msgspec.structs.replace(CLIENT, grant_types=("urn:openid:params:grant-type:ciba",))


def made(payload: dict[str, Any] | bytes, **header: Any) -> str:
    head = {"alg": "ES256", "kid": "one"} | header
    raw = (
        payload
        if isinstance(payload, bytes)
        else json.dumps({k: v for k, v in payload.items() if v is not None}).encode()
    )
    return compact(
        base64url(json.dumps({k: v for k, v in head.items() if v is not None}).encode()), raw, KEY._signature
    )


def asserted(who: Client = CLIENT, audiences: tuple[str, ...] = (ISSUER, TOKEN_ENDPOINT), **more: Any) -> Any:
    header = more.pop("header", {})
    said = {"iss": "c", "sub": "c", "aud": ISSUER, "exp": NOW + 60, "jti": "j"} | more
    return assertion.prove(assertion.read(made(said, **header)), who, who.jwks, audiences=audiences, now=NOW)


def good(call: Any, **more: Any) -> bool:
    try:
        call(**more)
    except OAuthError:
        return False
    return True


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        ({"exp": NOW - 59}, True),
        ({"exp": NOW - 60}, False),
        ({"exp": NOW + 3660}, True),
        ({"exp": NOW + 3661}, False),
        ({"iat": NOW + 60}, True),
        ({"iat": NOW + 61}, False),
        ({"nbf": NOW + 60}, True),
        ({"nbf": NOW + 61}, False),
        ({"nbf": NOW - 9999, "iat": NOW + 61}, False),
        ({"jti": "j" * 256}, True),
        ({"jti": "j" * 257}, False),
        ({"jti": ""}, False),
        ({"jti": "a\0b"}, False),
        ({"iss": "other"}, False),
        ({"sub": "other"}, False),
        ({"aud": [ISSUER]}, False),
        ({"aud": TOKEN_ENDPOINT}, False),
        ({"header": {"typ": "client-authentication+jwt"}}, True),
        ({"header": {"typ": "JWT"}}, True),
        ({"header": {"typ": "at+jwt"}}, False),
        ({"who": PLAIN, "aud": TOKEN_ENDPOINT}, True),
        ({"who": PLAIN, "aud": ["https://x.example", ISSUER]}, True),
        ({"who": PLAIN, "aud": ["https://x.example"]}, False),
        ({"who": CIBA, "aud": TOKEN_ENDPOINT}, True),
        ({"who": CIBA, "aud": "https://x.example"}, False),
    ],
)
def test_an_assertion(said: dict[str, Any], is_good: bool) -> None:
    assert good(asserted, **said) is is_good


def test_an_assertion_is_remembered_until_nobody_takes_it_any_more() -> None:
    proven = asserted(exp=NOW + 60)
    assert (proven.jti, proven.expires_at) == ("j", NOW + 121)
    assert assertion.client_id_of(assertion.read(made({"sub": "who"}))) == "who"
    for broken in (b"[]", b"{}", b'{"sub":1}', b"\xff"):
        with pytest.raises(OAuthError, match="the assertion cannot be read"):
            assertion.client_id_of(assertion.read(made(broken)))
    long = made({"sub": "s" * 4096})
    with pytest.raises(OAuthError):
        assertion.read(long)


def proved(method: str = "POST", access_token: str | None = None, needed: bool = False, **more: Any) -> dpop.Proof:
    header = {"typ": "dpop+jwt", "jwk": JWK, "kid": None} | more.pop("header", {})
    said = {"jti": "j", "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": NOW} | more
    return dpop.prove(
        made(said, **header),
        method=method,
        addresses=(TOKEN_ENDPOINT,),
        algorithms=("ES256",),
        now=NOW,
        nonces=dpop.Nonces(b"secret"),
        nonce_needed=needed,
        access_token=access_token,
    )


ATH = base64.urlsafe_b64encode(hashlib.sha256(b"token").digest()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        ({}, True),
        ({"iat": NOW - 119}, True),
        ({"iat": NOW - 120}, False),
        ({"iat": NOW + 60}, True),
        ({"iat": NOW + 61}, False),
        ({"jti": "j" * 256}, True),
        ({"jti": "j" * 257}, False),
        ({"jti": ""}, False),
        ({"jti": "a\0b"}, False),
        ({"htm": "GET"}, False),
        ({"htu": f"{ISSUER}/par"}, False),
        ({"access_token": "token", "ath": ATH}, True),
        ({"access_token": "token", "ath": f"{ATH}="}, False),
        ({"access_token": "token"}, False),
        ({"header": {"typ": "JWT"}}, False),
        ({"header": {"alg": "PS256"}}, False),
        ({"header": {"jwk": None}}, False),
        *[({"header": {"jwk": JWK | {name: "AA"}}}, False) for name in ("d", "k", "p", "q", "dp", "dq", "qi", "oth")],
        ({"needed": True}, False),
        ({"needed": True, "nonce": dpop.Nonces(b"secret").current(NOW)}, True),
        ({"nonce": dpop.Nonces(b"secret").current(NOW - 300)}, True),
        ({"nonce": dpop.Nonces(b"secret").current(NOW - 600)}, False),
        ({"nonce": dpop.Nonces(b"secret").current(NOW + 300)}, False),
        ({"nonce": dpop.Nonces(b"other").current(NOW)}, False),
    ],
)
def test_a_proof_of_possession(said: dict[str, Any], is_good: bool) -> None:
    assert good(proved, **said) is is_good


def test_a_proof_tells_its_key_and_how_long_to_remember_it() -> None:
    canonical = json.dumps(JWK, sort_keys=True, separators=(",", ":")).encode()
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
    assert proved() == dpop.Proof(thumbprint, "j", NOW + 121)
    assert dpop.ath("token") == ATH
    assert dpop.ath("\ud800") != ATH
    for said in ({"needed": True}, {"nonce": "old"}):
        with pytest.raises(UseDpopNonce) as asked:
            proved(**said)  # type: ignore[arg-type]
        assert asked.value.nonce == dpop.Nonces(b"secret").current(NOW)
    longest = made({"jti": "j"}, typ="dpop+jwt", pad="p" * 2900)
    with pytest.raises(OAuthError, match="the proof cannot be read"):
        dpop.prove(longest + "A" * 4096, method="POST", addresses=(), algorithms=(), now=NOW,
                   nonces=dpop.Nonces(b""), nonce_needed=False)  # fmt: skip


def test_a_nonce_lives_five_to_ten_minutes() -> None:
    nonces = dpop.Nonces(b"secret")
    given = nonces.current(NOW)
    assert NOW % 300 == 0
    assert len(given) == 24
    assert nonces.current(NOW + 299) == given != nonces.current(NOW + 300)
    assert [nonces.are_ours(given, NOW + age) for age in (0, 299, 300, 599, 600)] == [True] * 4 + [False]
    assert nonces.are_ours(given, NOW - 1) is False
    assert nonces.are_ours("\ud800", NOW) is False
    assert nonces.current(NOW) == given
    expected = base64.urlsafe_b64encode(
        hmac.digest(b"secret", b"dpop-nonce" + (NOW // 300).to_bytes(8, "big"), hashlib.sha256)[:18]
    ).decode()
    assert given == expected


@pytest.mark.parametrize(
    ("htu", "same"),
    [
        ("https://eid.example/token", True),
        ("https://eid.example/token?a=1#b", True),
        ("https://EID.example:443/token", True),
        ("https://eid.example:8443/token", False),
        ("https://eid.example:80/token", False),
        ("http://eid.example/token", False),
        ("http://eid.example:443/token", False),
        ("https://u@eid.example/token", False),
        ("https://eid.example/Token", False),
        ("https://eid.example", False),
        ("https://eid.example:x/token", False),
        ("https://[eid.example/token", False),
        ("", False),
    ],
)
def test_an_address_of_a_proof(htu: str, same: bool) -> None:
    assert dpop.is_same_address(htu, TOKEN_ENDPOINT) is same


def test_the_root_and_the_usual_ports_have_two_spellings() -> None:
    assert dpop.is_same_address("https://eid.example", "https://eid.example/") is True
    assert dpop.is_same_address("https://eid.example/", "https://eid.example") is True
    assert dpop.is_same_address("http://eid.example:80/", "http://eid.example") is True
    assert dpop.is_same_address("http://eid.example/", "http://eid.example:80/") is True
    assert dpop.is_same_address("http://eid.example:443/", "http://eid.example/") is False


def objected(who: Client = CLIENT, **more: Any) -> dict[str, str]:
    header = more.pop("header", {})
    said = {"iss": "c", "aud": ISSUER, "nbf": NOW, "exp": NOW + 300, "scope": "openid"} | more
    token = request_object.read(made(said, **header))
    return request_object.parameters(token, who, who.jwks, issuer=ISSUER, now=NOW)


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        ({"nbf": NOW - 400, "exp": NOW - 59}, True),
        ({"nbf": NOW - 400, "exp": NOW - 60}, False),
        ({"nbf": NOW + 60}, True),
        ({"nbf": NOW + 61}, False),
        ({"nbf": NOW - 3600, "exp": NOW}, True),
        ({"nbf": NOW - 3601, "exp": NOW - 1}, False),
        ({"exp": NOW + 3600}, True),
        ({"exp": NOW + 3601}, False),
        ({"exp": None}, False),
        ({"nbf": None}, False),
        ({"iss": None}, False),
        ({"aud": None}, False),
        ({"aud": [ISSUER, "x"]}, True),
        ({"aud": ["x"]}, False),
        ({"iss": "x"}, False),
        ({"sub": "c"}, False),
        ({"sub": "person"}, True),
        ({"client_id": "x"}, False),
        ({"header": {"typ": "oauth-authz-req+jwt"}}, True),
        ({"header": {"typ": "JWT"}}, True),
        ({"header": {"typ": "dpop+jwt"}}, False),
        ({"who": PLAIN, "iss": None, "aud": None, "exp": None, "nbf": None}, True),
        ({"who": PLAIN, "iss": None}, True),
        ({"who": PLAIN, "aud": None}, True),
        ({"who": PLAIN, "iss": "x", "aud": None}, False),
        ({"who": PLAIN, "iss": None, "aud": "x"}, False),
        ({"who": PLAIN, "exp": NOW - 60}, False),
        ({"who": PLAIN, "nbf": NOW + 61}, False),
        ({"who": PLAIN, "nbf": NOW - 9999, "exp": NOW + 9999}, True),
        ({"state": "a\0b"}, False),
        ({"state": 1.5}, False),
    ],
)
def test_a_request_object(said: dict[str, Any], is_good: bool) -> None:
    assert good(objected, **said) is is_good


def test_a_request_object_holds_text() -> None:
    held = objected(
        max_age=5, claims={"a": 1}, resource=["https://a.example/", "https://b.example/"],
        authorization_details=[{"t": 1}], display=True, state="", jti="j", iat=NOW,
    )  # fmt: skip
    assert held == {
        "client_id": "c", "scope": "openid", "max_age": "5", "claims": '{"a":1}', "authorization_details": '[{"t":1}]',
        "resource": "https://a.example/ https://b.example/",
    }  # fmt: skip
    assert objected(resource=[1])["resource"] == "[1]"
    signs_alone = msgspec.structs.replace(CLIENT, request_object_signing_alg="PS256")
    assert good(objected, who=signs_alone) is False
    demands = msgspec.structs.replace(CLIENT, require_signed_request_object=True)
    assert request_object.is_missing(demands, {}) is True
    assert request_object.is_missing(demands, {"request": "x"}) is False
    assert request_object.is_missing(demands, {"request_uri": "x"}) is False
    assert request_object.is_missing(CLIENT, {}) is False


def backchannel(who: Client = CLIENT, **more: Any) -> signed_request.SignedRequest:
    header = more.pop("header", {})
    said = {"iss": "c", "aud": ISSUER, "iat": NOW, "nbf": NOW, "exp": NOW + 300, "jti": "j", "scope": "openid"} | more
    token = signed_request.read(made(said, **header))
    return signed_request.prove(token, who, who.jwks, issuer=ISSUER, now=NOW)


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        ({"nbf": NOW - 100, "exp": NOW - 9}, True),
        ({"nbf": NOW - 100, "exp": NOW - 10}, False),
        ({"nbf": NOW + 10}, True),
        ({"nbf": NOW + 11}, False),
        ({"iat": NOW + 10}, True),
        ({"iat": NOW + 11}, False),
        ({"nbf": NOW - 3599, "exp": NOW}, True),
        ({"nbf": NOW - 3600, "exp": NOW - 1}, False),
        ({"exp": NOW + 3600}, True),
        ({"exp": NOW + 3601}, False),
        ({"jti": "j" * 256}, True),
        ({"jti": "j" * 257}, False),
        ({"jti": ""}, False),
        ({"jti": "a\0b"}, False),
        ({"iss": "x"}, False),
        ({"aud": "x"}, False),
        ({"aud": ["x", ISSUER]}, True),
        ({"sub": "c"}, False),
        ({"header": {"typ": "login-hint+jwt"}}, False),
        ({"header": {"typ": "JWT"}}, True),
        *[({name: "x"}, False) for name in
          ("request", "request_uri", "client_assertion", "client_assertion_type", "client_secret")],
        ({"binding_message": "a\0b"}, False),
        ({"who": msgspec.structs.replace(CLIENT, backchannel_authentication_request_signing_alg="PS256")}, False),
        ({"who": msgspec.structs.replace(CLIENT, backchannel_authentication_request_signing_alg="ES256")}, True),
    ],
)  # fmt: skip
def test_a_signed_backchannel_request(said: dict[str, Any], is_good: bool) -> None:
    assert good(backchannel, **said) is is_good


def test_a_signed_backchannel_request_is_remembered_while_it_counts() -> None:
    proven = backchannel(sub="person", claims={"a": 1}, requested_expiry=5, state="", acr_values=None)
    assert proven == signed_request.SignedRequest(
        {"scope": "openid", "claims": '{"a":1}', "requested_expiry": "5"}, "j", NOW + 311
    )


def hinted(**more: Any) -> str:
    header = {"typ": "login-hint+jwt"} | more.pop("header", {})
    said = {
        "iss": "c",
        "aud": ISSUER,
        "exp": NOW + 60,
        "sub_id": {"format": "iss_sub", "iss": ISSUER, "sub": "p"},
    } | more
    token = signed_request.read(made(said, **header))
    return signed_request.prove_login_hint(token, CLIENT, CLIENT.jwks, issuer=ISSUER, now=NOW)


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        ({}, True),
        ({"aud": ["x", ISSUER]}, True),
        ({"aud": ["x"]}, False),
        ({"iss": "x"}, False),
        ({"sub_id": {"format": "opaque", "iss": ISSUER, "sub": "p"}}, False),
        ({"sub_id": {"format": "iss_sub", "iss": "x", "sub": "p"}}, False),
        ({"header": {"typ": "JWT"}}, False),
        ({"exp": NOW - 9}, True),
        ({"exp": NOW - 10}, False),
        ({"sub_id": {}}, False),
    ],
)
def test_a_login_hint_token(said: dict[str, Any], is_good: bool) -> None:
    assert good(hinted, **said) is is_good
    if is_good:
        assert hinted(**said) == "p"


def test_an_expired_hint_says_so() -> None:
    with pytest.raises(ExpiredLoginHintToken):
        hinted(exp=NOW - 10)
    with pytest.raises(InvalidRequest, match="cannot be read"):
        signed_request.read("a.b")


def test_a_foreign_token_has_one_shape_and_one_length() -> None:
    text = made({"a": 1})
    assert foreign_jws.take_apart(text, len(text)).header.kid == "one"
    for bad in (
        text + ".x",
        text.rpartition(".")[0],
        f"{text}é",
        made({}, crit=["x"]),
        made({}, b64=False),
        "..",
        "*.e30.AA",
    ):
        with pytest.raises(foreign_jws.Malformed):
            foreign_jws.take_apart(bad)
    with pytest.raises(foreign_jws.Malformed):
        foreign_jws.take_apart(text, len(text) - 1)
    assert foreign_jws.take_apart(made({"a": "a" * 12000})).payload
    with pytest.raises(foreign_jws.Malformed):
        foreign_jws.take_apart(made({"a": "a" * 13000}))


RSA_KEY = RSAKey.generate_key(2048)
ED_KEY = OKPKey.generate_key("Ed25519")
PUBLIC = {"ES256": JWK, "RS256": RSA_KEY.as_dict(private=False), "EdDSA": ED_KEY.as_dict(private=False)}


def foreign(alg: str) -> foreign_jws.Unproven:
    from joserfc import jws

    key: Any = {"ES256": ECKey.import_key(JWK | {"d": base64url(
        PRIVATE.private_numbers().private_value.to_bytes(32, "big")).decode()}), "PS256": RSA_KEY, "RS256": RSA_KEY,
        "EdDSA": ED_KEY, "Ed25519": ED_KEY}[alg]  # fmt: skip
    return foreign_jws.take_apart(jws.serialize_compact({"alg": alg}, b"{}", key, algorithms=[alg]))


@pytest.mark.parametrize(
    ("alg", "kind"),
    [("ES256", "ES256"), ("PS256", "RS256"), ("RS256", "RS256"), ("EdDSA", "EdDSA"), ("Ed25519", "EdDSA")],
)
def test_a_signature_counts_by_its_algorithm_with_its_kind_of_key(alg: str, kind: str) -> None:
    token = foreign(alg)
    for name, jwk in PUBLIC.items():
        key = foreign_jws.public_key(jwk)
        assert foreign_jws.is_signed_by(token, key) is (name == kind)
        wrong = msgspec.structs.replace(token, signature=token.signature[:-1] + bytes([token.signature[-1] ^ 1]))
        assert foreign_jws.is_signed_by(wrong, key) is False
        assert foreign_jws.is_signed_by(msgspec.structs.replace(token, signing_input=b"x"), key) is False
    jwk = PUBLIC[kind]
    plain = {name: value for name, value in jwk.items() if name not in ("use", "alg")}
    everything = ("ES256", "PS256", "RS256", "EdDSA", "Ed25519")
    table = [
        ([plain], everything, True),
        ([plain | {"use": "sig"}], everything, True),
        ([plain | {"use": "enc"}], everything, False),
        ([plain | {"alg": alg}], everything, True),
        ([plain | {"alg": "other"}], everything, False),
        ([plain], tuple(name for name in everything if name != alg), False),
        ([plain, plain], everything, False),
        ([plain, plain | {"use": "enc"}], everything, True),
        ([], everything, False),
    ]
    for keys, algorithms, is_good in table:
        assert foreign_jws.is_signed(token, keys, algorithms) is is_good, keys
    named = msgspec.structs.replace(token, header=msgspec.structs.replace(token.header, kid="b"))
    assert foreign_jws.is_signed(named, [plain | {"kid": "a"}, plain | {"kid": "b"}], everything) is True
    assert foreign_jws.is_signed(named, [plain | {"kid": "a"}], everything) is False


def number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()


def test_keys_are_taken_in_their_bounds() -> None:
    """RFC 7517, RFC 7518 6, FAPI 2.0 5.4.1: P-256, RSA of 2048 to 4096 bits, Ed25519."""
    n = (1 << 2047) + 1
    for bits, is_good in ((2047, False), (2048, True), (4096, True), (4097, False)):
        jwk = {"kty": "RSA", "e": "AQAB", "n": number((1 << (bits - 1)) + 1)}
        try:
            taken = isinstance(foreign_jws.public_key(jwk), rsa.RSAPublicKey)
        except foreign_jws.Malformed:
            taken = False
        assert taken is is_good, bits
    assert isinstance(
        foreign_jws.public_key({"kty": "RSA", "e": number((1 << 40) + 1), "n": number(n)}), rsa.RSAPublicKey
    )
    assert isinstance(foreign_jws.public_key(PUBLIC["EdDSA"]), ed25519.Ed25519PublicKey)
    for bad in (
        {},
        {"kty": "oct", "k": "AA"},
        {"kty": 7},
        JWK | {"crv": "P-384"},
        JWK | {"x": 7},
        JWK | {"y": JWK["x"]},
        JWK | {"x": f"{JWK['x']}*"},
        JWK | {"x": "A" * 1025},
        {"kty": "OKP", "crv": "X25519", "x": PUBLIC["EdDSA"]["x"]},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "RSA", "e": "A" * 7 + "BA", "n": number(n)},
        {"kty": "RSA", "n": number(n)},
    ):
        with pytest.raises(foreign_jws.Malformed):
            foreign_jws.public_key(bad)
    with pytest.raises(foreign_jws.Malformed):
        foreign_jws.thumbprint({"kty": "oct", "k": "AA"})


def test_thumbprints_are_the_ones_of_the_spec() -> None:
    """RFC 7638 3.1 for RSA, RFC 8037 appendix A.3 for Ed25519."""
    assert foreign_jws.thumbprint({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "ignored",
    }) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"  # fmt: skip


@pytest.mark.parametrize(
    ("uri", "fault"),
    [
        ("https://a.example/cb", None),
        ("https://a.example:8443/cb?x=1", None),
        ("http://localhost:9000/cb", None),
        ("http://a.localhost/cb", None),
        ("http://127.0.0.1/cb", None),
        ("http://127.0.0.2/cb", "is http outside loopback"),
        ("http://notlocalhost/cb", "is http outside loopback"),
        ("https://a.example:0/", "has no usable port"),
        ("https://a.example:x/", "cannot be read"),
        ("https://a.example/./", "has a path that climbs"),
        ("https://a.example/../x", "has a path that climbs"),
        ("https://a.example/.../x", None),
        ("https://a.example/#x", "holds a character that may not stand in it"),
        ("https://u@a.example/", "is not an http(s) address with a plain host"),
        ("ftp://a.example/", "is not an http(s) address with a plain host"),
        ("https://-a.example/", "is not an http(s) address with a plain host"),
        ("https:///cb", "is not an http(s) address with a plain host"),
        ("https://a.example/" + "a" * 1982, None),
        ("https://a.example/" + "a" * 1983, "holds a character that may not stand in it"),
    ],
)
def test_an_address_that_may_be_registered(uri: str, fault: str | None) -> None:
    assert redirection.fault_of(uri) == fault
    assert redirection.is_registered(uri, (uri,)) is True
    assert redirection.is_registered(uri, (f"{uri}/",)) is False
