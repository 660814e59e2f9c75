"""A registered client, and how metadata becomes one (RFC 7591 2, plus sector, profile, system, organization)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.clients import redirection
from eid.clients.profiles import PROFILES, Profile
from eid.oidc import scopes

SYSTEMS: Final = ("national", "province", "commune", "population", "desk", "sandbox")
AUTH_METHODS: Final = ("private_key_jwt",)
_PRIVATE: Final = ("d", "k", "p", "q", "dp", "dq", "qi", "oth")


class Name(msgspec.Struct, frozen=True):
    """A name that a person reads, in both languages."""

    vi: str
    en: str

    def get(self, language: str) -> str:
        """The English one for "en", otherwise the Vietnamese one."""
        return self.en if language == "en" else self.vi


class Client(msgspec.Struct, frozen=True):
    """A relying party as registered. `jwks` holds public JWKs; `system` picks its mark and accent colour."""

    client_id: str
    client_name: str
    organization: Name
    redirect_uris: tuple[str, ...]
    jwks: tuple[dict[str, Any], ...]
    sector: str
    system: str
    scope: str = scopes.OPENID
    profile: str = "fapi2"
    token_endpoint_auth_method: str = "private_key_jwt"  # noqa: S105
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    initiate_login_uri: str | None = None
    logo_uri: str | None = None
    consent_with_code: bool = False  # ours: the screen of the code asks for the consent too, one screen fewer

    @property
    def demands(self) -> Profile:
        """What this client's profile demands."""
        return PROFILES[self.profile]

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes that it may ask for; words that we do not know are left out (RFC 7591 3.2.1)."""
        return tuple(word for word in scopes.parse(self.scope) if word in scopes.SUPPORTED)


class RegistrationRefused(Exception):
    """Metadata that may not become a client. `faults` are sentences for the operator, one per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def register(metadata: dict[str, Any]) -> Client:
    """Judge RFC 7591 metadata and make a Client of it. Raises RegistrationRefused with every fault at once."""
    prepared = dict(metadata)
    jwks = prepared.get("jwks")
    prepared["jwks"] = jwks.get("keys", []) if isinstance(jwks, dict) else jwks
    name = prepared.get("client_name")
    prepared.setdefault("organization", {"vi": name, "en": name})
    prepared = {key: value for key, value in prepared.items() if value is not None}
    try:
        client = msgspec.convert(prepared, Client)
    except msgspec.ValidationError as error:
        raise RegistrationRefused([str(error)]) from None
    faults = _faults(client)
    if faults:
        raise RegistrationRefused(faults)
    return client


def _faults(client: Client) -> list[str]:
    table = (
        (not client.client_id or len(client.client_id) > 200, "client_id is empty or too long"),
        (not client.redirect_uris, "redirect_uris is empty"),
        (not client.sector, "sector is empty"),
        (client.system not in SYSTEMS, f"system is none of {', '.join(SYSTEMS)}"),
        (client.profile not in PROFILES, f"profile is none of {', '.join(PROFILES)}"),
        (client.token_endpoint_auth_method not in AUTH_METHODS, "only private_key_jwt is taken"),
        (scopes.OPENID not in client.scopes, "scope lacks openid"),
        (not client.jwks, "jwks holds no key"),
        (any(set(key) & set(_PRIVATE) for key in client.jwks), "jwks holds a private or symmetric key"),
        (_repeats([key.get("kid") for key in client.jwks]), "jwks has two keys with one kid"),
    )
    faults = [fault for wrong, fault in table if wrong]
    uris = [*client.redirect_uris, *client.post_logout_redirect_uris]
    uris += [uri for uri in (client.backchannel_logout_uri, client.initiate_login_uri) if uri]
    for uri in uris:
        fault = redirection.fault_of(uri)
        if fault:
            faults.append(f"{uri} {fault}")
    return faults


def _repeats(values: list[Any]) -> bool:
    return len(values) != len({str(value) for value in values})
