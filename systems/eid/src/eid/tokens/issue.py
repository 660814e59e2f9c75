"""Tokens made from facts. Every time is in whole seconds."""

from __future__ import annotations

import secrets
from uuid import UUID

import msgspec

from eid.tokens import content
from eid.tokens.jws import SigningKey, VerificationKey, base64url, read_own


def id_token(
    key: SigningKey,
    *,
    issuer: str,
    sub: str,
    client_id: str,
    nonce: str | None,
    auth_time: int,
    acr: str,
    amr: tuple[str, ...],
    sid: str,
    now: int,
) -> str:
    """An ID token (Core 2). Nothing of the person but `sub`."""
    payload = content.IdToken(
        iss=issuer,
        sub=sub,
        aud=client_id,
        exp=now + content.LIFETIME,
        iat=now,
        auth_time=auth_time,
        acr=acr,
        amr=amr,
        sid=sid,
        nonce=nonce,
    )
    return key.sign(content.ID_TOKEN_TYPE, msgspec.json.encode(payload))


def access_token(
    key: SigningKey, *, issuer: str, sub: str, client_id: str, grant_id: UUID, scope: tuple[str, ...], now: int
) -> str:
    """An access token for our own userinfo endpoint (RFC 9068). Its jti is the grant's id and 64 random bits."""
    payload = content.AccessToken(
        iss=issuer,
        sub=sub,
        aud=f"{issuer}/userinfo",
        client_id=client_id,
        exp=now + content.LIFETIME,
        iat=now,
        jti=f"{grant_id.hex}.{secrets.token_hex(8)}",
        scope=" ".join(scope),
    )
    return key.sign(content.ACCESS_TOKEN_TYPE, msgspec.json.encode(payload))


def read_access_token(token: str, keys: list[VerificationKey], *, issuer: str, now: int) -> UUID | None:
    """The grant behind one of our own access tokens; None when it is not ours, or over."""
    payload = read_own(token, content.ACCESS_TOKEN_TYPE, keys)
    if payload is None:
        return None
    try:
        claims = msgspec.json.decode(payload, type=content.AccessToken)
        grant_id = UUID(claims.jti.partition(".")[0])
    except (msgspec.MsgspecError, ValueError):
        return None
    # guard: eid-access-token-expires
    if claims.exp <= now or claims.iss != issuer or claims.aud != f"{issuer}/userinfo":
        return None
    return grant_id


def read_id_token_hint(token: str, keys: list[VerificationKey], *, issuer: str) -> content.IdToken | None:
    """An ID token of ours handed back as a hint; an expired one still tells whom it was about (Core 3.1.2.1)."""
    payload = read_own(token, content.ID_TOKEN_TYPE, keys)
    if payload is None:
        return None
    try:
        claims = msgspec.json.decode(payload, type=content.IdToken)
    except msgspec.MsgspecError:
        return None
    return claims if claims.iss == issuer else None


def logout_token(key: SigningKey, *, issuer: str, sub: str, client_id: str, sid: str, now: int) -> str:
    """A logout token (Back-Channel Logout 1.0 2.4): two minutes, no nonce."""
    payload = content.LogoutToken(
        iss=issuer,
        sub=sub,
        aud=client_id,
        iat=now,
        exp=now + 120,
        jti=base64url(secrets.token_bytes(16)).decode(),
        sid=sid,
        events={content.LOGOUT_EVENT: {}},
    )
    return key.sign(content.LOGOUT_TOKEN_TYPE, msgspec.json.encode(payload))
