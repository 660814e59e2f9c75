"""A resource server's side of OAuth: read an access token (RFC 9068 4), and ask for a better sign-in (RFC 9470)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from wire.signed import SignatureRefused, verify

TYPE = "at+jwt"


class TokenRefused(Exception):
    """No token, or none that counts here (RFC 6750 3.1)."""

    def __init__(self, description: str = "") -> None:
        super().__init__(description)
        self.description = description

    def challenge(self, scheme: str = "DPoP", **more: str) -> str:
        """The value of WWW-Authenticate, with status 401; `more` are parameters such as `resource_metadata`."""
        error = {"error": "invalid_token", "error_description": self.description} if self.description else {}
        return _challenge(scheme, error | more)


class InsufficientUserAuthentication(Exception):
    """The token is good, and the sign-in behind it too weak or too old (RFC 9470 3)."""

    def __init__(self, acr_values: Sequence[str], max_age: int | None) -> None:
        super().__init__("insufficient_user_authentication")
        self.acr_values = tuple(acr_values)
        self.max_age = max_age

    def challenge(self, scheme: str = "DPoP", **more: str) -> str:
        """The value of WWW-Authenticate, with status 401: the client asks the provider for exactly this."""
        asked = {"error": "insufficient_user_authentication"}
        if self.acr_values:
            asked["acr_values"] = " ".join(self.acr_values)
        if self.max_age is not None:
            asked["max_age"] = str(self.max_age)
        return _challenge(scheme, asked | more)


def read(
    token: str,
    jwks: dict[str, Any],
    *,
    issuer: str,
    audience: str,
    proven: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The claims of an access token that `issuer` gave for `audience`.

    Args:
        proven: what the caller proved to hold, as `cnf` names it: `{"jkt": …}` or `{"x5t#S256": …}`.

    Raises:
        TokenRefused: for every other token, and for one that is bound to another key.
    """
    try:
        claims = verify(token, jwks, TYPE, issuer=issuer, audience=audience, leeway=0)
    except SignatureRefused as refused:
        raise TokenRefused(str(refused)) from None
    bound = claims.get("cnf")
    # guard: wire-access-token-bound-to-its-key
    if bound is not None and (not proven or bound != dict(proven)):
        raise TokenRefused("bound to another key")
    return claims


def demand(
    claims: Mapping[str, Any],
    *,
    acr_values: Sequence[str] = (),
    max_age: int | None = None,
    now: float | None = None,
) -> None:
    """Ask that the sign-in behind a token is one of `acr_values` and at most `max_age` seconds old.

    A token that does not say counts as too weak: silence is never a yes.

    Raises:
        InsufficientUserAuthentication: the client has to send the person to the provider again.
    """
    # guard: wire-step-up-acr
    if acr_values and claims.get("acr") not in acr_values:
        raise InsufficientUserAuthentication(acr_values, max_age)
    if max_age is None:
        return
    signed_in = claims.get("auth_time")
    now = time.time() if now is None else now
    known = isinstance(signed_in, int | float) and not isinstance(signed_in, bool)
    # guard: wire-step-up-max-age
    if not known or not now - float(signed_in or 0) <= max_age:
        raise InsufficientUserAuthentication(acr_values, max_age)


def _challenge(scheme: str, parameters: Mapping[str, str]) -> str:
    quoted = ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    return f"{scheme} {quoted}".strip()
