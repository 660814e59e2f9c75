"""GET /jwks and the discovery document (RFC 7517 5, OpenID Connect Discovery 4, RFC 8414 3)."""

from __future__ import annotations

from typing import Final

import msgspec

from eid.endpoints.http import JSON, NO_SNIFF, Answer, Handler, Scope
from eid.keys import KeyRing
from eid.oidc import metadata
from eid.oidc import protected_resource as protected_resources

PUBLIC: Final = (JSON, NO_SNIFF, (b"cache-control", b"public, max-age=300"), (b"access-control-allow-origin", b"*"))


def jwks(keys: KeyRing) -> Handler:
    """The public keys. A next key is published long before it signs, so five minutes of cache harm nobody."""

    async def handle(scope: Scope, body: bytes) -> Answer:
        return Answer(200, keys.jwks, PUBLIC)

    return handle


def protected_resource(issuer: str, path: str) -> Handler:
    """What one of our own resource servers says of itself (RFC 9728 3.2)."""
    document = msgspec.json.encode(protected_resources.document(issuer, path))

    async def handle(scope: Scope, body: bytes) -> Answer:
        return Answer(200, document, PUBLIC)

    return handle


def discovery(issuer: str, mtls_origin: str | None, *, registration: bool = False) -> Handler:
    """The discovery document."""
    document = msgspec.json.encode(metadata.document(issuer, mtls_origin, registration=registration))

    async def handle(scope: Scope, body: bytes) -> Answer:
        return Answer(200, document, PUBLIC)

    return handle
