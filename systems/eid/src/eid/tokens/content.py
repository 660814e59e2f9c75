"""What stands in each token. Identity never does: it is told at userinfo only."""

from __future__ import annotations

from typing import Final

import msgspec

ID_TOKEN_TYPE: Final = "JWT"  # noqa: S105
ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - RFC 9068 2.1
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
    sid: str
    nonce: str | None = None


class AccessToken(msgspec.Struct, frozen=True):
    """RFC 9068 2.2. `jti` names the grant that it was made from, so that a revoked grant is found at use."""

    iss: str
    sub: str
    aud: str
    client_id: str
    exp: int
    iat: int
    jti: str
    scope: str


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
