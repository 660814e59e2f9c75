"""What stands in each token. Identity never does: it is told at userinfo only."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec

from eid.tokens.confirmation import Confirmation

ID_TOKEN_TYPE: Final = "JWT"  # noqa: S105
ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - RFC 9068 2.1
SECURITY_EVENT_TYPE: Final = "secevent+jwt"  # RFC 8417 2.3
LOGOUT_TOKEN_TYPE: Final = "logout+jwt"  # noqa: S105 - Back-Channel Logout 2.4
LIFETIME: Final = 300
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class IdToken(msgspec.Struct, frozen=True, omit_defaults=True):
    """OpenID Connect Core 2: these ten claims and no other, ever."""

    iss: str
    sub: str
    aud: str
    exp: int
    iat: int
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    sid: str | None = None
    nonce: str | None = None


class AccessToken(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9068 2.2. `jti` names the grant that it was made from, so that a revoked grant is found at use.

    `aud` are our own userinfo endpoint or the resource servers that were asked for (RFC 8707); `cnf` is the key that
    it is bound to (RFC 7800); `act` who acts for `sub` (RFC 8693 4.1); `auth_time` and `acr` let a resource server ask
    for more (RFC 9470); `authorization_details` are RFC 9396's.
    """

    iss: str
    sub: str
    aud: str | tuple[str, ...]
    client_id: str
    exp: int
    iat: int
    jti: str
    scope: str = ""
    cnf: Confirmation | None = None
    act: dict[str, Any] | None = None
    authorization_details: list[dict[str, Any]] | None = None
    auth_time: int | None = None
    acr: str | None = None

    @property
    def audiences(self) -> tuple[str, ...]:
        """`aud` as a list."""
        return (self.aud,) if isinstance(self.aud, str) else self.aud

    @property
    def grant_id(self) -> UUID:
        """The record that this token was made from. Raises ValueError."""
        return UUID(self.jti.partition(".")[0])


class LogoutToken(msgspec.Struct, frozen=True):
    """Back-Channel Logout 1.0 2.4."""

    iss: str
    sub: str
    aud: str
    iat: int
    exp: int
    jti: str
    sid: str
    events: dict[str, dict[str, str]]


class SecurityEventToken(msgspec.Struct, frozen=True):
    """RFC 8417 2.2, SSF 4.1: neither `exp` nor `sub`, so that it can never pass for another token."""

    iss: str
    aud: str
    jti: str
    iat: int
    txn: str
    toe: int
    sub_id: dict[str, Any]
    events: dict[str, dict[str, Any]]
