"""The provider's protocol core: the authorization code grant of OpenID Connect, and no other grant exists."""

from __future__ import annotations

from typing import Any

from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant


class CodeServer(AuthorizationEndpoint, TokenEndpoint):  # type: ignore[misc]  # oauthlib has no types
    """oauthlib's endpoints over one grant, without refresh tokens (architecture, section 7)."""

    def __init__(
        self,
        request_validator: Any,
        token_expires_in: Any = None,
        token_generator: Any = None,
        refresh_token_generator: Any = None,
        **_: Any,
    ) -> None:
        # guard: sso-no-refresh-token
        grant = AuthorizationCodeGrant(request_validator, refresh_token=False)
        bearer = BearerToken(request_validator, token_generator, token_expires_in, refresh_token_generator)
        self.request_validator = request_validator
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", response_types={"code": grant}, default_token_type=bearer
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            grant_types={"authorization_code": grant},
            default_token_type=bearer,
        )
