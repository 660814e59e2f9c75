"""What a resource server of ours says of itself (RFC 9728 2)."""

from __future__ import annotations

from typing import Any, Final

from eid.oidc import algorithms, scopes

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
#: Our own resources by path: the name that people read, and the scopes that open something there.
RESOURCES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "/userinfo": ("VNeID userinfo", scopes.SUPPORTED),
    "/ssf": ("VNeID shared signals", (scopes.SSF_READ, scopes.SSF_MANAGE)),
    "/notices": ("VNeID notices", (scopes.NOTICES_SEND,)),
    "/introspect": ("VNeID token introspection", ()),
}


def document(issuer: str, path: str) -> dict[str, Any]:
    """The metadata of the resource at `path`. Tokens come in the Authorization header only (RFC 6750 2.1)."""
    name, understood = RESOURCES[path]
    told: dict[str, Any] = {
        "resource": f"{issuer}{path}",
        "resource_name": name,
        "authorization_servers": [issuer],
        "jwks_uri": f"{issuer}/jwks",
        "bearer_methods_supported": ["header"] if understood else [],
        "dpop_signing_alg_values_supported": list(algorithms.STRONG),
        "tls_client_certificate_bound_access_tokens": True,
    }
    if understood:
        told["scopes_supported"] = list(understood)
    return told


def address(issuer: str, path: str) -> str:
    """Where the metadata of a resource is (RFC 9728 3): the well-known part comes before the path."""
    return f"{issuer}{WELL_KNOWN}{path}"
