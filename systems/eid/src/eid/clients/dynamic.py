"""What a stranger may register, and what he is told back (RFC 7591 2 and 3.2.1, OpenID Connect Registration 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

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
_HIDDEN: Final = ("client_secret_hash", "sector", "system", "organization", "jwks", "client_secret_expires_at")


def judge(asked: Mapping[str, Any], *, known: Client | None = None) -> tuple[Client, str | None]:
    """Metadata of a new client, or (RFC 7592 2.2) the whole of a `known` one; with the secret to tell, if it is new.

    Raises RegistrationRefused.
    """
    # guard: eid-dynamic-client-stays-a-stranger
    metadata = {name: value for name, value in asked.items() if name not in _OURS}
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
    made = complete(metadata)
    kept = known is not None and known.client_secret_hash is not None
    client = register(made)
    if kept and known is not None and client.client_secret_hash is not None:
        return msgspec.structs.replace(client, client_secret_hash=known.client_secret_hash), None
    return client, made.get("client_secret")


def told(client: Client, secret: str | None) -> dict[str, Any]:
    """Every registered value, as RFC 7591 3.2.1 asks; the secret only when it is new."""
    said = {name: value for name, value in msgspec.to_builtins(client).items() if name not in _HIDDEN}
    said |= {
        "grant_types": list(client.grant_types),
        "response_types": list(client.response_types),
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "scope": client.scope,
        "profile": client.profile,
        "subject_type": client.subject_type,
        "application_type": client.application_type,
        "id_token_signed_response_alg": client.id_token_signed_response_alg,
    }
    if client.jwks:
        said["jwks"] = {"keys": list(client.jwks)}
    if secret is not None:
        said |= {"client_secret": secret}
    if client.client_secret_hash is not None:
        said["client_secret_expires_at"] = client.client_secret_expires_at
    return said


def _listed(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
