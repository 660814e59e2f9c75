"""Grant types by their names on the wire."""

from __future__ import annotations

from typing import Final

AUTHORIZATION_CODE: Final = "authorization_code"  # RFC 6749 4.1
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - RFC 6749 6
CLIENT_CREDENTIALS: Final = "client_credentials"  # RFC 6749 4.4
DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628 3.4
CIBA: Final = "urn:openid:params:grant-type:ciba"  # CIBA Core 1.0 10.1
TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - RFC 8693 2.1
KNOWN: Final = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE, CIBA, TOKEN_EXCHANGE)
