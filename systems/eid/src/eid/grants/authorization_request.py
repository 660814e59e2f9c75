"""An authorization request that has passed every check: what is pushed, kept while a person acts, and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from eid.clients import Client
from eid.grants.response import ReplyTo, reply_to
from eid.oidc import authorization_details, claims, prompt, resources, scopes
from eid.oidc.claims import Asked

LIFETIME: Final = 60  # seconds a pushed request waits for its browser (RFC 9126 2.2)
LANGUAGES: Final = ("vi", "en")
BY_NAME: Final = "claim."  # an item of consent that is one claim, asked by its name (Core 5.5)


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """A checked request. `acr_values` are in the client's order of preference; `max_age` in seconds.

    `authorization_details` is JSON text as this provider understood it; `optional_scopes` says whether the person
    may let go single scopes (the client's profile); `only_sub` is the one person that the answer may be about.
    """

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
    response_type: str = "code"
    response_mode: str = "query"
    response_alg: str = "ES256"
    resource: tuple[str, ...] = ()
    authorization_details: str | None = None
    dpop_jkt: str | None = None
    asked: Asked | None = None
    only_sub: str | None = None
    optional_scopes: bool = True

    @property
    def reply_to(self) -> ReplyTo:
        """Where and how the answer goes."""
        return ReplyTo(self.client_id, self.redirect_uri, self.state, self.response_mode, self.response_alg)

    @property
    def again(self) -> bool:
        """Whether the person has to sign in anew: prompt=login, or a choice of account, which is made by signing in."""
        return any(word in self.prompt for word in prompt.AGAIN)

    @property
    def silent(self) -> bool:
        """Whether no page may be shown (prompt=none)."""
        return "none" in self.prompt

    @property
    def optional_items(self) -> tuple[str, ...]:
        """Items that a person may tick: scopes that tell something, and claims asked by name, if not essential."""
        if not self.optional_scopes:
            return ()
        return (*self._scope_items, *(item for item in self._named_items if not self._is_essential(item)))

    @property
    def required_items(self) -> tuple[str, ...]:
        """Items without which there is no answer: the verified claims, the level, what the client cannot do without."""
        wanted = self._named_items
        if self.optional_scopes:
            return (*self.verified, "eid_level", *(item for item in wanted if self._is_essential(item)))
        return (*self.verified, "eid_level", *self._scope_items, *wanted)

    @property
    def _scope_items(self) -> tuple[str, ...]:
        return tuple(scope for scope in (*scopes.TELLING, scopes.OFFLINE_ACCESS) if scope in self.scope)

    @property
    def _named_items(self) -> tuple[str, ...]:
        if self.asked is None:
            return ()
        covered = {name for scope in self._scope_items for name in claims.OF_SCOPE.get(scope, ())}
        wanted = {*self.asked.userinfo, *self.asked.id_token} - covered
        return tuple(BY_NAME + name for name in claims.STANDARD if name in wanted)

    def _is_essential(self, item: str) -> bool:
        return self.asked is not None and item.removeprefix(BY_NAME) in self.asked.essential


def build(client: Client, params: Mapping[str, str]) -> AuthorizationRequest:
    """Make the record of parameters that the table of checks has passed."""
    wanted = claims.parse(params["claims"]) if "claims" in params else claims.ClaimsRequest()
    max_age = params.get("max_age")
    to = reply_to(client, params.get("redirect_uri", ""), params.get("state"), params.get("response_mode"))
    return AuthorizationRequest(
        client_id=params["client_id"],
        redirect_uri=params["redirect_uri"],
        scope=scopes.known(params["scope"]),
        code_challenge=params.get("code_challenge", ""),
        state=params.get("state"),
        nonce=params.get("nonce"),
        prompt=prompt.parse(params.get("prompt", "")),
        max_age=int(max_age) if max_age is not None else client.default_max_age,
        acr_values=wanted.acr_values or scopes.parse(params.get("acr_values", "")) or client.default_acr_values,
        acr_essential=wanted.acr_essential,
        verified=wanted.verified,
        verified_max_age=wanted.verified_max_age,
        ui_locale=_language(params.get("ui_locales", "")),
        login_hint=params.get("login_hint"),
        id_token_hint=params.get("id_token_hint"),
        response_type=params["response_type"],
        response_mode=to.mode,
        response_alg=to.signing_alg,
        resource=resources.parse(params.get("resource", "")),
        authorization_details=_details(client, params.get("authorization_details")),
        dpop_jkt=params.get("dpop_jkt"),
        asked=wanted.asked if wanted.asked != Asked() else None,
        only_sub=wanted.sub,
        optional_scopes=client.demands.optional_scopes,
    )


def build_for_another_screen(client: Client, params: Mapping[str, str]) -> AuthorizationRequest:
    """Of a device or of CIBA: nobody is sent anywhere, and the person is asked each time (RFC 8628 5.4)."""
    # guard: eid-another-screen-is-always-asked
    usual = {"scope": scopes.OPENID, "prompt": "consent"}
    kept = {name: value for name, value in params.items() if name not in {"login_hint", "id_token_hint", "prompt"}}
    nowhere = {"redirect_uri": "", "response_type": ""}
    return build(client, usual | kept | nowhere)


def _details(client: Client, text: str | None) -> str | None:
    return None if text is None else authorization_details.parse(text, client.authorization_details_types)


def _language(ui_locales: str) -> str | None:
    """The first of the client's languages that we speak (Core 3.1.2.1: never an error)."""
    for tag in ui_locales.split(" "):
        primary = tag.partition("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return None
