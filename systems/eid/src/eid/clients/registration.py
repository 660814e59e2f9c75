"""How metadata becomes a client: one table of faults (RFC 7591 2, OpenID Connect Registration 1.0 2).

The words are the specs'; ours are `sector`, `profile`, `system`, `organization`, `resources`, `response_modes`.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from eid.clients import redirection, secret
from eid.clients.client import PUBLIC_SECTOR, Client, Name
from eid.clients.profiles import DEFAULT, PROFILES
from eid.oidc import algorithms, grant_types, resources, scopes
from eid.oidc.encryption_keys import key_for

SYSTEMS: Final = ("national", "province", "commune", "population", "desk", "sandbox")
_PRIVATE: Final = ("d", "k", "p", "q", "dp", "dq", "qi", "oth")
_SECRET_METHODS: Final = ("client_secret_basic", "client_secret_post")
_SUBJECT_FIELDS: Final = (
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
)
_ADDRESSES: Final = (
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
    "initiate_login_uri",
    "jwks_uri",
    "sector_identifier_uri",
    "backchannel_client_notification_endpoint",
)
_PAGES: Final = ("client_uri", "logo_uri", "policy_uri", "tos_uri")  # RFC 7591 2: what people may be led to
_ENCRYPTED: Final = ("id_token", "userinfo")


class RegistrationRefused(Exception):
    """Metadata that may not become a client. `faults` are sentences for the operator, one per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def register(metadata: dict[str, Any]) -> Client:
    """Judge metadata and make a Client of it. Raises RegistrationRefused with every fault at once.

    `client_secret` is taken in clear and kept as a hash. Members that nobody here knows are ignored (RFC 7591 2).
    """
    try:
        client = msgspec.convert(_prepared(metadata), Client)
    except msgspec.ValidationError as error:
        raise RegistrationRefused([str(error)]) from None
    faults = _faults(client)
    given = metadata.get("client_secret")
    if isinstance(given, str) and len(given) < secret.MIN_LENGTH:
        faults.append(f"client_secret is shorter than {secret.MIN_LENGTH} characters")
    if faults:
        raise RegistrationRefused(faults)
    return client


def _prepared(metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata with what follows from it filled in."""
    said = {key: value for key, value in metadata.items() if value is not None and key != "client_secret_hash"}
    jwks = said.get("jwks")
    if isinstance(jwks, dict):
        said["jwks"] = jwks.get("keys", [])
    if isinstance(metadata.get("client_secret"), str):
        said["client_secret_hash"] = secret.digest(metadata["client_secret"])
    said.setdefault("client_name", said.get("client_id", ""))
    said.setdefault("organization", {"vi": said["client_name"], "en": said["client_name"]})
    said.setdefault("system", "sandbox")
    if said.get("subject_type") == "public":
        said["sector"] = PUBLIC_SECTOR
    else:
        said.setdefault("sector", _host_of(said))
    asked = said.get("grant_types")
    if isinstance(asked, list) and grant_types.AUTHORIZATION_CODE not in asked:
        said.setdefault("response_types", [])  # RFC 7591 2.1
    named = said.get("profile", DEFAULT)
    profile = PROFILES.get(named) if isinstance(named, str) else None
    if profile is not None:
        said.setdefault("id_token_signed_response_alg", profile.id_token_algorithms[0])
        if profile.sender_constrained and not said.get("tls_client_certificate_bound_access_tokens"):
            said["dpop_bound_access_tokens"] = True
    for kind in _ENCRYPTED:
        name = f"{kind}_encrypted_response"
        if f"{name}_alg" in said:
            said.setdefault(f"{name}_enc", algorithms.DEFAULT_CONTENT_ENCRYPTION)
    return said


def _host_of(said: dict[str, Any]) -> str:
    """Core 8.1: without a sector of its own, a client's sector is the one host of its addresses."""
    addresses = said.get("sector_identifier_uri") or said.get("redirect_uris") or []
    listed = addresses if isinstance(addresses, list) else [addresses]
    try:
        hosts = {urlsplit(uri).hostname or "" for uri in listed if isinstance(uri, str)}
    except ValueError:
        return ""
    return hosts.pop() if len(hosts) == 1 else ""


def _faults(client: Client) -> list[str]:
    if client.profile not in PROFILES:
        return [f"profile is none of {', '.join(PROFILES)}"]
    table = (*_who(client), *_proof(client), *_wishes(client))
    faults = [fault for wrong, fault in table if wrong]
    uris = [*client.redirect_uris, *client.post_logout_redirect_uris]
    uris += [uri.partition("#")[0] for uri in client.request_uris]  # Core 6.2: a fragment may hold its hash
    uris += [uri for name in (*_ADDRESSES, *_PAGES) if (uri := getattr(client, name))]
    for uri in uris:
        fault = redirection.fault_of(uri)
        if fault:
            faults.append(f"{uri} {fault}")
    return faults


def _who(client: Client) -> tuple[tuple[bool, str], ...]:
    code = grant_types.AUTHORIZATION_CODE in client.grant_types
    return (
        (not client.client_id or len(client.client_id) > 200, "client_id is empty or too long"),
        (not client.client_id.isascii() or not client.client_id.isprintable(), "client_id is not printable ASCII"),
        (code and not client.redirect_uris, "redirect_uris is empty"),
        (not client.sector, "sector is empty: the redirect_uris have several hosts (Core 8.1)"),
        (client.subject_type != "public" and client.sector == PUBLIC_SECTOR, "sector has a reserved name"),
        (client.system not in SYSTEMS, f"system is none of {', '.join(SYSTEMS)}"),
        (code and scopes.OPENID not in client.scopes, "scope lacks openid"),
        (
            client.resource_server is not None and not resources.is_resource(client.resource_server),
            "resource_server is not an absolute address without a fragment (RFC 8707 2)",
        ),
        (
            grant_types.CIBA in client.grant_types and client.backchannel_token_delivery_mode not in ("poll", "ping"),
            "backchannel_token_delivery_mode is neither poll nor ping (CIBA 4)",
        ),
        (
            client.backchannel_token_delivery_mode == "ping" and not client.backchannel_client_notification_endpoint,  # noqa: S105
            "backchannel_client_notification_endpoint is missing (CIBA 4)",
        ),
        (
            grant_types.CIBA in client.grant_types
            and client.demands.ciba_certificate
            and not client.tls_client_certificate_bound_access_tokens,
            "FAPI-CIBA needs tls_client_certificate_bound_access_tokens (FAPI-CIBA 5.2.2)",
        ),
        (not set(client.grant_types) <= set(grant_types.KNOWN), "grant_types holds one that is not known"),
        (code != ("code" in client.response_types), "grant_types and response_types do not fit (RFC 7591 2.1)"),
        (client.application_type not in ("web", "native"), "application_type is neither web nor native"),
    )


def _proof(client: Client) -> tuple[tuple[bool, str], ...]:
    demands, method = client.demands, client.token_endpoint_auth_method
    names = sum(getattr(client, name) is not None for name in _SUBJECT_FIELDS)
    keys = bool(client.jwks) != bool(client.jwks_uri)
    return (
        (method not in demands.auth_methods, "token_endpoint_auth_method is not of its profile"),
        (bool(client.jwks) and client.jwks_uri is not None, "jwks and jwks_uri exclude each other (RFC 7591 2)"),
        (method in ("private_key_jwt", "self_signed_tls_client_auth") and not keys, "jwks holds no key"),
        (method == "tls_client_auth" and names != 1, "tls_client_auth names exactly one subject (RFC 8705 2.1.2)"),
        (method in _SECRET_METHODS and client.client_secret_hash is None, "client_secret is missing"),
        (method not in _SECRET_METHODS and client.client_secret_hash is not None, "client_secret has no use here"),
        (any(set(key) & set(_PRIVATE) for key in client.jwks), "jwks holds a private or symmetric key"),
        (_repeats([key.get("kid") for key in client.jwks]), "jwks has two keys with one kid"),
        (
            not set(client.signing_algorithms) <= set(demands.signing_algorithms),
            "token_endpoint_auth_signing_alg is not of its profile",
        ),
    )


def _frames_a_stranger(client: Client) -> bool:
    """Front-Channel Logout 1.0 2: scheme, host and port are those of a registered redirect_uri."""
    if client.frontchannel_logout_uri is None:
        return False
    origins = {urlsplit(uri)[:2] for uri in client.redirect_uris}
    return urlsplit(client.frontchannel_logout_uri)[:2] not in origins


def _wishes(client: Client) -> tuple[tuple[bool, str], ...]:
    demands = client.demands
    signed = (client.request_object_signing_alg, client.backchannel_authentication_request_signing_alg)
    ours = (
        client.authorization_signed_response_alg,
        client.id_token_signed_response_alg,
        client.userinfo_signed_response_alg,
        client.introspection_signed_response_alg,
    )
    return (
        (not set(client.response_types) <= set(demands.response_types), "response_types are not of its profile"),
        (not set(client.response_modes) <= set(demands.response_modes), "response_modes are not of its profile"),
        (not set(filter(None, signed)) <= set(demands.signing_algorithms), "a signing alg is not of its profile"),
        (not set(filter(None, ours)) <= set(demands.id_token_algorithms), "a response alg is not of its profile"),
        (client.authorization_encrypted_response_alg is not None, "authorization responses are signed, not encrypted"),
        # guard: eid-frontchannel-of-its-own-origin
        (_frames_a_stranger(client), "frontchannel_logout_uri has another origin than every redirect_uri"),
        (_encrypts_to_nobody(client), "request_object_encryption_alg or _enc is not offered"),
        (_cannot_encrypt(client), "an encryption alg or enc is not offered, or no key for it is registered"),
        (client.backchannel_token_delivery_mode not in (None, "poll", "ping"), "CIBA delivers by poll or ping"),
    )


def _encrypts_to_nobody(client: Client) -> bool:
    alg, enc = client.request_object_encryption_alg, client.request_object_encryption_enc
    return alg not in {None, *algorithms.TO_US} or (
        enc is not None and (alg is None or enc not in algorithms.CONTENT_ENCRYPTION)
    )


def _cannot_encrypt(client: Client) -> bool:
    for kind in _ENCRYPTED:
        alg = getattr(client, f"{kind}_encrypted_response_alg")
        enc = getattr(client, f"{kind}_encrypted_response_enc")
        if alg is None and enc is None:
            continue
        if alg not in algorithms.KEY_MANAGEMENT or enc not in algorithms.CONTENT_ENCRYPTION:
            return True
        # guard: eid-encryption-needs-a-key
        if client.jwks_uri is None and key_for(alg, client.jwks) is None:
            return True
    return False


def _repeats(values: list[Any]) -> bool:
    return len(values) != len({str(value) for value in values})


__all__ = ["SYSTEMS", "Client", "Name", "RegistrationRefused", "register"]
