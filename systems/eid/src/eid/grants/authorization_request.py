"""An authorization request that has passed every check: what is pushed, kept while a person acts, and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from eid.oidc import claims, prompt, scopes

LIFETIME: Final = 60  # seconds a pushed request waits for its browser (RFC 9126 2.2)
LANGUAGES: Final = ("vi", "en")


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """A checked request. `acr_values` are in the client's order of preference; `max_age` in seconds."""

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False
    verified: tuple[str, ...] = ()
    verified_max_age: int | None = None
    ui_locale: str | None = None
    login_hint: str | None = None
    id_token_hint: str | None = None

    @property
    def again(self) -> bool:
        """Whether the person has to sign in anew (prompt=login)."""
        return "login" in self.prompt

    @property
    def silent(self) -> bool:
        """Whether no page may be shown (prompt=none)."""
        return "none" in self.prompt

    @property
    def optional_items(self) -> tuple[str, ...]:
        """Items that a person may tick: the phone and e-mail scopes."""
        return tuple(scope for scope in (scopes.PHONE, scopes.EMAIL) if scope in self.scope)

    @property
    def required_items(self) -> tuple[str, ...]:
        """Items without which there is no answer: the verified claims and the level."""
        return (*self.verified, "eid_level")


def build(params: Mapping[str, str]) -> AuthorizationRequest:
    """Make the record of parameters that the table of checks has passed."""
    asked = claims.parse(params["claims"]) if "claims" in params else claims.ClaimsRequest()
    max_age = params.get("max_age")
    return AuthorizationRequest(
        client_id=params["client_id"],
        redirect_uri=params["redirect_uri"],
        scope=scopes.known(params["scope"]),
        code_challenge=params.get("code_challenge", ""),
        state=params.get("state"),
        nonce=params.get("nonce"),
        prompt=prompt.parse(params.get("prompt", "")),
        max_age=int(max_age) if max_age is not None else None,
        acr_values=asked.acr_values or scopes.parse(params.get("acr_values", "")),
        acr_essential=asked.acr_essential,
        verified=asked.verified,
        verified_max_age=asked.verified_max_age,
        ui_locale=_language(params.get("ui_locales", "")),
        login_hint=params.get("login_hint"),
        id_token_hint=params.get("id_token_hint"),
    )


def _language(ui_locales: str) -> str | None:
    """The first of the client's languages that we speak (Core 3.1.2.1: never an error)."""
    for tag in ui_locales.split(" "):
        primary = tag.partition("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return None
