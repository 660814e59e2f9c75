"""The checks of what the provider signs. Pure: keys and the time come from the caller; every no is a TokenRefused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portalkit.errors import TokenRefused

LEEWAY = 60
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def signed(token: str, keys: KeySet, typ: tuple[str, ...]) -> dict[str, Any]:
    """The claims of a compact JWS by one of `keys`, ES256 only, with one of these types.

    The type keeps one kind of token from passing as another (RFC 8725 3.11); the key never comes from the token.
    """
    try:
        found = jws.deserialize_compact(token.encode(), keys, algorithms=["ES256"])
        claims = json.loads(found.payload or b"")
    except (JoseError, ValueError, UnicodeError) as error:
        raise TokenRefused(f"not signed by the provider ({type(error).__name__})") from None
    if str(found.headers().get("typ", "")).lower().removeprefix("application/") not in typ:
        raise TokenRefused("another kind of token")
    if not isinstance(claims, dict):
        raise TokenRefused("no claims")
    return claims


def id_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    acr: str,
    started_at: int,
    fresh: bool,
    now: int,
) -> dict[str, Any]:
    """OpenID Connect Core 3.1.3.7; `fresh` demands a sign-in after `started_at` (prompt=login)."""
    claims = signed(token, keys, ("jwt", ""))
    _addressed(claims, issuer=issuer, client_id=client_id, now=now)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise TokenRefused("no sub")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefused("another nonce")
    if claims.get("acr") != acr:
        raise TokenRefused("a lower level than was asked for")
    if "at_hash" in claims and claims["at_hash"] != half_hash(access_token):
        raise TokenRefused("made for another access token")
    if fresh and _whole(claims, "auth_time") < started_at - LEEWAY:
        raise TokenRefused("an older sign-in than was asked for")
    return claims


def logout_token(token: str, keys: KeySet, *, issuer: str, client_id: str, now: int) -> dict[str, Any]:
    """Back-Channel Logout 1.0 2.6. The caller keeps the `jti` and refuses it a second time."""
    claims = signed(token, keys, ("logout+jwt",))
    _addressed(claims, issuer=issuer, client_id=client_id, now=now)
    events = claims.get("events")
    if not isinstance(events, dict) or LOGOUT_EVENT not in events:
        raise TokenRefused("no logout event")
    if "nonce" in claims:
        raise TokenRefused("a logout token has no nonce")
    if not claims.get("sub") and not claims.get("sid"):
        raise TokenRefused("nobody is named")
    return _once(claims)


def event_token(token: str, keys: KeySet, *, issuer: str, client_id: str, now: int) -> dict[str, Any]:
    """A security event token (RFC 8417): issuer, audience, `iat`, `jti`, events; no `exp` is needed."""
    claims = signed(token, keys, ("secevent+jwt",))
    audience = claims.get("aud")
    if claims.get("iss") != issuer or client_id not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefused("from or for somebody else")
    if _whole(claims, "iat") > now + LEEWAY:
        raise TokenRefused("from the future")
    if not isinstance(claims.get("events"), dict) or not claims["events"]:
        raise TokenRefused("no event")
    return _once(claims)


def half_hash(text: str) -> str:
    """`at_hash` (Core 3.1.3.6): the left half of SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def _addressed(claims: dict[str, Any], *, issuer: str, client_id: str, now: int) -> None:
    if claims.get("iss") != issuer:
        raise TokenRefused("another issuer")
    if claims.get("aud") not in (client_id, [client_id]):
        raise TokenRefused("for another client")
    if _whole(claims, "exp") <= now - LEEWAY:
        raise TokenRefused("expired")
    if _whole(claims, "iat") > now + LEEWAY:
        raise TokenRefused("from the future")


def _once(claims: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise TokenRefused("no jti")
    return claims


def _whole(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TokenRefused(f"no {name}")
    return value
