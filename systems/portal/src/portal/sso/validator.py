"""What django-oauth-toolkit asks while it runs the flow: codes bound to a login, one use, our own id_token.

The toolkit's id_token takes `auth_time` from the user's last login and signs RS256; ours says which login made the
session (`auth_time acr amr sid how`), under a `sub` per province, signed ES256 with the key that provinces pinned.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import InvalidGrantError, InvalidRequestError

from portal.config import CONFIG
from portal.keys import signing_key
from portal.sso import issued
from portal.sso.models import Grant, IssuedLogin
from wire import signed

CODE_SECONDS = 60
ID_TOKEN_SECONDS = 60


class LoginValidator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Codes and tokens carry the login that made the session; nothing else can be had with them."""

    def _create_authorization_code(self, request: Any, code: dict[str, str], expires: Any = None) -> Grant:
        # guard: sso-pkce-s256
        if request.code_challenge_method != "S256":
            raise InvalidRequestError(description="code_challenge_method must be S256", request=request)
        if not request.nonce:
            raise InvalidRequestError(description="nonce is required", request=request)
        grant: Grant = Grant.objects.create(
            application=request.client,
            user=request.user,
            login=request.issued_login,
            code=code["code"],
            expires=expires or datetime.now(UTC) + timedelta(seconds=CODE_SECONDS),
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge,
            code_challenge_method=request.code_challenge_method,
            nonce=request.nonce,
        )
        return grant

    def validate_silent_login(self, request: Any) -> bool:
        """`prompt=none`: whether somebody is signed in is the endpoint's to say, before a code is made."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        """Provinces need no consent page: one sign-in is valid at every portal (Decree 45/2020, article 8)."""
        return True

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """The access token opens nothing (there is no resource), so it is not kept."""

    def get_id_token(self, token: Any, token_handler: Any, request: Any) -> str:
        """The signed assertion; refused when the login behind the code is no longer good."""
        grant = Grant.objects.select_related("login__subject").get(code=request.code, application=request.client)
        # guard: sso-login-good-at-token
        if issued.standing(grant.login) != issued.GOOD:
            raise InvalidGrantError(description="the login has ended", request=request)
        claims = assertion(grant.login, str(request.client.client_id), grant.nonce)
        return signed.sign(claims, signing_key(), "JWT")


def assertion(login: IssuedLogin, client_id: str, nonce: str) -> dict[str, Any]:
    """The claims: who (`sub` of this province), and the login that made the session. No identity data."""
    now = int(time.time())
    claims = {
        "iss": CONFIG.origin,
        "sub": login.subject.sub,
        "aud": client_id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "nonce": nonce,
        "auth_time": login.auth_time,
        "acr": login.acr,
        "amr": login.amr,
        "sid": login.sid,
        "how": login.how,
    }
    old = {"account_kind": login.account_kind, "cohort": login.cohort} if login.how == "old" else {}
    return claims | old
