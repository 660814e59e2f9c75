"""Tokens made from facts. Every time is in whole seconds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from eid.tokens import content
from eid.tokens.confirmation import Confirmation
from eid.tokens.jws import PublishedKey, SigningKey, SigningKeyLike, base64url, read_own

_ACCESS_TOKEN: Final = msgspec.json.Decoder(content.AccessToken)
_ID_TOKEN: Final = msgspec.json.Decoder(content.IdToken)


def id_token(
    key: SigningKeyLike,
    *,
    issuer: str,
    sub: str,
    client_id: str,
    nonce: str | None,
    auth_time: int,
    acr: str,
    amr: tuple[str, ...],
    sid: str | None,
    now: int,
    more: dict[str, Any] | None = None,
) -> str:
    """An ID token (Core 2). Nothing of the person but `sub`, and what a client's profile lets it have here (`more`)."""
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
    if more:
        return key.sign(content.ID_TOKEN_TYPE, msgspec.json.encode(more | msgspec.to_builtins(payload)))
    return key.sign(content.ID_TOKEN_TYPE, msgspec.json.encode(payload))


def access_token(
    key: SigningKey,
    *,
    issuer: str,
    sub: str,
    client_id: str,
    grant_id: UUID,
    scope: tuple[str, ...],
    now: int,
    audience: tuple[str, ...] = (),
    cnf: Confirmation | None = None,
    act: dict[str, Any] | None = None,
    authorization_details: str | None = None,
    auth_time: int | None = None,
    acr: str | None = None,
    lifetime: int = content.LIFETIME,
) -> str:
    """An access token (RFC 9068), for our own userinfo endpoint unless `audience` names others.

    Its jti is the grant's id and 64 random bits. `authorization_details` is JSON text.
    """
    payload = content.AccessToken(
        iss=issuer,
        sub=sub,
        aud=_audience(issuer, audience),
        client_id=client_id,
        exp=now + lifetime,
        iat=now,
        jti=f"{grant_id.hex}.{secrets.token_hex(8)}",
        scope=" ".join(scope),
        cnf=cnf,
        act=act,
        authorization_details=None if authorization_details is None else msgspec.json.decode(authorization_details),
        auth_time=auth_time,
        acr=acr,
    )
    return key.sign(content.ACCESS_TOKEN_TYPE, msgspec.json.encode(payload))


def userinfo_audience(issuer: str) -> str:
    """The audience that stands for our own userinfo endpoint."""
    return f"{issuer}/userinfo"


def _audience(issuer: str, named: tuple[str, ...]) -> str | tuple[str, ...]:
    if not named:
        return userinfo_audience(issuer)
    return named[0] if len(named) == 1 else named


def read_access_token(
    token: str, keys: Sequence[PublishedKey], *, issuer: str, now: int, audience: str | None = None
) -> content.AccessToken | None:
    """One of our own access tokens, read; None when it is not ours, is over, or is not for `audience` (if given).

    Whether the grant behind it still stands, and whether the caller holds the key that it is bound to, are the
    caller's questions.
    """
    payload = read_own(token, content.ACCESS_TOKEN_TYPE, keys)
    if payload is None:
        return None
    try:
        claims = _ACCESS_TOKEN.decode(payload)
    except msgspec.MsgspecError:
        return None
    # guard: eid-access-token-expires
    if claims.exp <= now or claims.iss != issuer:
        return None
    # guard: eid-access-token-audience
    if audience is not None and audience not in claims.audiences:
        return None
    return claims


def read_id_token_hint(token: str, keys: Sequence[PublishedKey], *, issuer: str) -> content.IdToken | None:
    """An ID token of ours handed back as a hint; an expired one still tells whom it was about (Core 3.1.2.1)."""
    payload = read_own(token, content.ID_TOKEN_TYPE, keys)
    if payload is None:
        return None
    try:
        claims = _ID_TOKEN.decode(payload)
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


def security_event_token(
    key: SigningKey,
    *,
    issuer: str,
    client_id: str,
    jti: str,
    txn: str,
    issued_at: int,
    happened_at: int,
    subject: dict[str, Any],
    events: dict[str, dict[str, Any]],
) -> str:
    """A security event token (RFC 8417) for one receiver. `subject` is an RFC 9493 identifier."""
    payload = content.SecurityEventToken(
        iss=issuer,
        aud=client_id,
        jti=jti,
        iat=issued_at,
        txn=txn,
        toe=happened_at,
        sub_id=subject,
        events=events,
    )
    return key.sign(content.SECURITY_EVENT_TYPE, msgspec.json.encode(payload))
