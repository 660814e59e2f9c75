"""The authorization response: parameters added to a verified redirect_uri (RFC 6749 4.1.2, RFC 9207 2)."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from eid.oidc.errors import OAuthError


def success(redirect_uri: str, *, code: str, state: str | None, issuer: str) -> str:
    """Where the browser goes with a code."""
    return _with(redirect_uri, {"code": code, "state": state, "iss": issuer})


def failure(redirect_uri: str, error: OAuthError, *, state: str | None, issuer: str) -> str:
    """Where the browser goes with an error. `iss` stands in every response, against mix-up."""
    described = error.description or None
    return _with(redirect_uri, {"error": error.code, "error_description": described, "state": state, "iss": issuer})


def _with(redirect_uri: str, params: dict[str, str | None]) -> str:
    scheme, netloc, path, query, _ = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in params.items() if value is not None})
    return urlunsplit((scheme, netloc, path, f"{query}&{added}" if query else added, ""))
