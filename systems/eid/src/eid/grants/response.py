"""The authorization response: its parameters, and the way in which they travel to a verified redirect_uri.

RFC 6749 4.1.2, RFC 9207 2 (`iss`), OAuth 2.0 Form Post Response Mode, and JARM: the same parameters in a JWT that
the client can check (JWT Secured Authorization Response Mode 2).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote_plus, urlsplit, urlunsplit

import msgspec

from eid.clients import Client
from eid.oidc.errors import OAuthError
from eid.tokens.jws import SigningKeyLike

JARM_LIFETIME: Final = 300  # seconds; JARM 2.1 advises at most ten minutes
_JARM_DEFAULT: Final = {"jwt": "query.jwt"}  # 2.3.4: for response_type=code

Parameters = dict[str, str]


class ReplyTo(msgspec.Struct, frozen=True):
    """Where an answer goes, and how: `mode` is query, form_post, query.jwt or form_post.jwt."""

    client_id: str
    redirect_uri: str
    state: str | None
    mode: str
    signing_alg: str

    @property
    def is_posted(self) -> bool:
        """Whether the browser brings it in a form."""
        return self.mode.startswith("form_post")


def reply_to(client: Client, redirect_uri: str, state: str | None, response_mode: str | None) -> ReplyTo:
    """How this client is answered. One that registered for signed answers never gets others (FAPI MS 5.4)."""
    signed = client.authorization_signed_response_alg is not None
    mode = response_mode if response_mode in client.allowed_response_modes else None
    mode = _JARM_DEFAULT.get(mode or "", mode or ("query.jwt" if signed else "query"))
    # guard: eid-jarm-is-kept-to
    if signed and not mode.endswith(".jwt"):
        mode += ".jwt"
    return ReplyTo(client.client_id, redirect_uri, state, mode, client.authorization_signed_response_alg or "ES256")


def success(to: ReplyTo, *, code: str, issuer: str, session_state: str | None = None) -> Parameters:
    """A code; `session_state` where the client may watch the session (Session Management 1.0 2)."""
    return _given({"code": code, "state": to.state, "iss": issuer, "session_state": session_state})


def failure(to: ReplyTo, error: OAuthError, *, issuer: str) -> Parameters:
    """An error. `iss` stands in every response, against mix-up."""
    described = error.description or None
    return _given({"error": error.code, "error_description": described, "state": to.state, "iss": issuer})


def sealed(to: ReplyTo, answer: Parameters, key: SigningKeyLike, *, now: int) -> Parameters:
    """The one parameter of JARM instead, where the mode asks for it (2.1: iss, aud, exp and the answer)."""
    if not to.mode.endswith(".jwt"):
        return answer
    document = answer | {"aud": to.client_id, "exp": now + JARM_LIFETIME}
    return {"response": key.sign("JWT", msgspec.json.encode(document))}


def address(redirect_uri: str, answer: Parameters) -> str:
    """Where the browser goes: the answer added to the query that the redirect_uri has (RFC 6749 3.1.2)."""
    scheme, netloc, path, query, _ = urlsplit(redirect_uri)
    added = "&".join(f"{name}={quote_plus(value)}" for name, value in answer.items())  # names are ours
    return urlunsplit((scheme, netloc, path, f"{query}&{added}" if query else added, ""))


def _given(params: dict[str, str | None]) -> Parameters:
    return {name: value for name, value in params.items() if value is not None}
