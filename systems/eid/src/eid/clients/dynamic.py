"""What a stranger may register, and what he is told back (RFC 7591 2 and 3.2.1, OpenID Connect Registration 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from eid.clients import shown_name
from eid.clients.client import Client
from eid.clients.issuing import complete
from eid.clients.registration import RegistrationRefused, register
from eid.oidc import grant_types, scopes

# Ours to decide: who a client is for people, which sector it belongs to, what it may do beyond signing people in.
_OURS: Final = (
    "client_id", "client_secret", "client_secret_hash", "client_secret_expires_at", "sector", "system", "organization",
    "resources", "consent_with_code", "authorization_details_types", "registration_access_token",
    "registration_client_uri", "client_id_issued_at",
)  # fmt: skip
_GRANTS: Final = (grant_types.AUTHORIZATION_CODE, grant_types.REFRESH_TOKEN)
_HIDDEN: Final = (
    "client_secret_hash", "sector", "system", "organization", "jwks", "client_secret_expires_at",
    "consent_with_code",
)  # fmt: skip


def judge(
    asked: Mapping[str, Any], *, known: Client | None = None, vouched: Mapping[str, Any] | None = None
) -> tuple[Client, str | None]:
    """Metadata of a new client, or (RFC 7592 2.2) the whole of a `known` one; with the secret to tell, if it is new.

    `vouched` is what a good software statement says: it wins over what the client says itself (RFC 7591 2.3).

    Raises RegistrationRefused.
    """
    # guard: eid-dynamic-client-stays-a-stranger
    metadata = {name: value for name, value in ({**asked, **(vouched or {})}).items() if name not in _OURS}
    metadata["organization"] = _shown(metadata, vouched or {})
    metadata.setdefault("profile", "oidc")
    beyond = set(_listed(metadata.get("grant_types"))) - set(_GRANTS)
    if beyond:
        raise RegistrationRefused(["grant_types: only authorization_code and refresh_token are registered here"])
    if metadata["profile"] == "oidc":
        metadata.setdefault("token_endpoint_auth_method", "client_secret_basic")
    wanted = metadata.get("scope", " ".join((scopes.OPENID, *scopes.TELLING)))
    if isinstance(wanted, str):
        metadata["scope"] = " ".join(word for word in wanted.split(" ") if word in scopes.SUPPORTED)
    if known is not None:
        metadata["client_id"] = known.client_id
    initiating = metadata.get("initiate_login_uri")
    if initiating is not None and not str(initiating).startswith("https://"):
        raise RegistrationRefused(["initiate_login_uri is not https (Registration 1.0 2)"])
    made = complete(metadata)
    kept = known is not None and known.client_secret_hash is not None
    client = register(made)
    if kept and known is not None and client.client_secret_hash is not None:
        return msgspec.structs.replace(client, client_secret_hash=known.client_secret_hash), None
    return client, made.get("client_secret")


def _shown(metadata: Mapping[str, Any], vouched: Mapping[str, Any]) -> dict[str, str]:
    names = shown_name.in_languages(metadata)
    addresses = metadata.get("redirect_uris")
    hosts = sorted({urlsplit(uri).hostname or "" for uri in _listed(addresses) if "[" not in uri})
    # guard: eid-strangers-name-is-told-as-its-own
    return names if "client_name" in vouched else shown_name.not_verified(names, ", ".join(hosts)[:200])


def told(client: Client, secret: str | None) -> dict[str, Any]:
    """Every registered value, as RFC 7591 3.2.1 asks; the secret only when it is new."""
    values = {name: getattr(client, name) for name in client.__struct_fields__ if name not in _HIDDEN}
    said = {name: msgspec.to_builtins(value) for name, value in values.items() if value not in (None, ())}
    if client.jwks:
        said["jwks"] = {"keys": list(client.jwks)}
    if secret is not None:
        said |= {"client_secret": secret}
    if client.client_secret_hash is not None:
        said["client_secret_expires_at"] = client.client_secret_expires_at
    return said


def _listed(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
