"""Strategies for what an attacker sends: parameters, tokens, headers, JSON; near enough to the right to get far."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st
from joserfc import jws

from eid_harness.relying_party import ASSERTION, RelyingParty

NAMES = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt", "max_age",
    "acr_values", "claims", "ui_locales", "claims_locales", "display", "login_hint", "id_token_hint", "request",
    "request_uri", "code_challenge", "code_challenge_method", "resource", "audience", "authorization_details",
    "dpop_jkt", "grant_type", "code", "code_verifier", "refresh_token", "token", "token_type_hint", "client_secret",
    "client_assertion", "client_assertion_type", "subject_token", "subject_token_type", "actor_token",
    "actor_token_type", "requested_token_type", "device_code", "user_code", "auth_req_id", "binding_message",
    "login_hint_token", "client_notification_token", "requested_expiry", "logout_hint", "post_logout_redirect_uri",
    "username", "password", "assertion", "registration", "access_token", "id_token", "iss", "error",
)  # fmt: skip
ODD = (
    "", " ", "\x00", "\r\nset-cookie: a=b", "\ud7ff\ue000", "%00", "%zz", "{", "[]", "null", "[" * 4000, "9" * 400,
    "-1", "1e999", "NaN", "..", "../../etc/passwd", "' or 1=1 --", "${jndi:ldap://x}", "<svg/onload=x>", "\u202e",
    "İ", "ſ", "ﬁ", "a" * 5000, "urn:ietf:params:oauth:request_uri:" + "A" * 43, "http://127.0.0.1:1/", "file:///etc",
    "none", "code", "openid", "openid  openid", "plain", "S256", "login none", "vi en", "🏴", "e30.e30.e30", "a.b.c",
    "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba", ASSERTION,
    "urn:ietf:params:oauth:token-type:access_token", '{"userinfo":{"verified_claims":[{},{}]}}',
    '{"id_token":{"acr":{"values":["a"],"essential":true}}}', '[{"type":"vn_dossier_act"}]', '[{"type":1}]',
)  # fmt: skip

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
CLAIMS_JSON: st.SearchStrategy[Any] = st.recursive(
    JSON,
    lambda inner: st.dictionaries(
        st.sampled_from(
            ["userinfo", "id_token", "verified_claims", "verification", "claims", "acr", "values", "value", "essential",
             "max_age", "time", "trust_framework", "assurance_level", "evidence", "sub", "type", "actions", "locations"]
        ),
        inner,
        max_size=4,
    )
    | st.lists(inner, max_size=2),
    max_leaves=12,
)  # fmt: skip
# Bytes that decoders of JSON stumble over: no UTF-8, half a surrogate, an overlong NUL, a depth without end.
_SPOILT = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\\ud800", b"\\", b"\x00", b"[" * 3000, b'{"x":' * 3000)


def _at_a_quote(whole: bytes, odd: bytes, number: int) -> bytes:
    parts = whole.split(b'"')
    at = number % len(parts)
    return b'"'.join(part + odd if place == at else part for place, part in enumerate(parts))


def documents(right: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Bodies that should be JSON of this kind: whole, cut short, or with bytes put anywhere that do not belong."""
    whole = right.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    spoilt = st.tuples(whole, st.sampled_from(_SPOILT), st.integers(0, 400)).map(
        lambda drawn: drawn[0][: drawn[2]] + drawn[1] + drawn[0][drawn[2] :]
    )
    inside = st.tuples(whole, st.sampled_from(_SPOILT[:4]), st.integers(1, 40)).map(lambda drawn: _at_a_quote(*drawn))
    return whole | spoilt | inside | st.tuples(whole, st.integers(0, 60)).map(lambda drawn: drawn[0][: drawn[1]])


TEXTS = st.sampled_from(ODD) | st.text(max_size=40) | JSON.map(lambda value: json.dumps(value)) | st.characters()
HEADER = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "p2c", "p2s", "epk",
                     "cty", "x5t#S256", "apu"]),
    st.sampled_from(["ES256", "none", "HS256", "RS256", "PS256", "EdDSA", "dpop+jwt", "at+jwt", "JWT", "logout+jwt",
                     "oauth-authz-req+jwt", "dir", "PBES2-HS256+A128KW", "DEF", "ECDH-ES", 2**40, ["b64"], ["x"], {}])
    | JSON,
    max_size=6,
)  # fmt: skip


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@st.composite
def tokens(draw: st.DrawFn, rp: RelyingParty, payload: dict[str, Any]) -> str:
    """Compact tokens: signed rightly over wrong claims, wrongly over right ones, or of the wrong shape."""
    claims = dict(payload)
    for name in draw(
        st.lists(st.sampled_from([*payload, "nbf", "iat", "sub", "cnf", "htm", "htu", "ath"]), max_size=3)
    ):
        claims[name] = draw(JSON)
    for name in draw(st.lists(st.sampled_from([*payload]), max_size=2)):
        claims.pop(name, None)
    body = json.dumps(claims).encode()
    kind = draw(st.sampled_from(["signed", "header", "segments", "binary", "jwe"]))
    if kind == "signed":
        return jws.serialize_compact({"alg": "ES256", "kid": rp.key.kid}, body, rp.key)
    header = base64url(json.dumps(draw(HEADER)).encode())
    if kind == "header":
        return f"{header}.{base64url(body)}.{base64url(draw(st.binary(max_size=70)))}"
    if kind == "binary":
        return f"{header}.{base64url(draw(st.binary(max_size=60)))}.{base64url(draw(st.binary(max_size=70)))}"
    if kind == "jwe":
        return ".".join([header, *(base64url(draw(st.binary(max_size=40))) for _ in range(4))])
    return ".".join(draw(st.lists(st.text(max_size=9), max_size=6)))


@st.composite
def forms(draw: st.DrawFn, right: dict[str, str]) -> bytes:
    """A form body: a right one with wrong values, missing, repeated and foreign names; or any bytes at all."""
    if draw(st.integers(0, 11)) == 0:
        return draw(st.binary(max_size=300))
    pairs = [(name, value) for name, value in right.items() if draw(st.integers(0, 7))]
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4)):
        pairs.append((name, draw(TEXTS)))
    if draw(st.integers(0, 5)) and pairs:
        at = draw(st.integers(0, len(pairs) - 1))
        pairs[at] = (pairs[at][0], draw(TEXTS))
    seen: dict[str, str] = dict(pairs)
    chosen = pairs if draw(st.integers(0, 9)) == 0 else list(seen.items())
    return urlencode(chosen, errors="surrogatepass").encode()


AUTHORIZATION = st.sampled_from(["Basic", "Bearer", "DPoP", "basic", "Digest", ""]).flatmap(
    lambda scheme: st.one_of(
        st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
        st.binary(max_size=30).map(lambda raw: base64.b64encode(raw).decode()),
        st.sampled_from(["Og==", "YQ==", "YTpi", "OmI=", "YTo=", "JTAwOiUwMA==", "/w==", "====", "a.b.c"]),
    ).map(lambda value: f"{scheme} {value}")
) | st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=40)
