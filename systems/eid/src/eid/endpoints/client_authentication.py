"""Who calls: the one method that the client is registered for, and no other (RFC 6749 2.3, RFC 7523, RFC 8705)."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from cryptography import x509

from eid.clients import Client, assertion, certificate, secret
from eid.clients.client import PRIVATE_KEY_JWT, SELF_SIGNED_TLS_CLIENT_AUTH, TLS_CLIENT_AUTH
from eid.endpoints.http import Scope, header
from eid.endpoints.proxies import certificate_of
from eid.oidc.errors import InvalidClient, InvalidRequest, TemporarilyUnavailable
from eid.outbound import KeysUnavailable, RemoteKeys
from eid.storage.clients import Clients
from eid.storage.used_ids import UsedIds

_CERTIFICATE = "certificate"


class _Shown(NamedTuple):
    """What a request shows as proof, and by which method; a bare client_id may come with a certificate."""

    method: str
    client_id: str
    proof: str


@dataclass(frozen=True)
class ClientAuthentication:
    """Proves the client of a form. `origins`: our issuer first, then the mTLS alias if there is one."""

    origins: tuple[str, ...]
    clients: Clients
    used_ids: UsedIds
    remote_keys: RemoteKeys
    authorities: Sequence[x509.Certificate] = ()

    async def __call__(self, scope: Scope, params: Mapping[str, str]) -> Client:
        """The proven client. Raises InvalidClient, InvalidRequest for two methods at once."""
        if "client_assertion" in params:
            return await self._by_assertion(scope, params)
        shown = _shown(scope, params)
        client = await self.clients.find(shown.client_id)
        if shown.method == _CERTIFICATE:
            return await self._by_certificate(scope, client)
        # guard: eid-client-secret
        good = secret.matches(client, shown.proof, now=int(time.time()))
        # guard: eid-client-uses-its-own-method
        if not good or client is None or client.token_endpoint_auth_method != shown.method:
            raise InvalidClient("client authentication failed", scheme="Basic")
        return client

    async def keys_of(self, client: Client, kid: str | None = None) -> Sequence[dict[str, Any]]:
        """The client's public keys, fetched when it registered an address. Raises TemporarilyUnavailable."""
        if client.jwks_uri is None:
            return client.jwks
        try:
            return await self.remote_keys.get(client.jwks_uri, kid)
        except KeysUnavailable:
            raise TemporarilyUnavailable("the client's keys cannot be had") from None

    async def _by_assertion(self, scope: Scope, params: Mapping[str, str]) -> Client:
        if params.get("client_assertion_type") != assertion.TYPE:
            raise InvalidClient("client_assertion_type is not known")
        if "client_secret" in params or header(scope, b"authorization"):
            raise InvalidRequest("more than one way of client authentication")
        token = assertion.read(params["client_assertion"])
        client_id = params.get("client_id") or assertion.client_id_of(token)
        client = await self.clients.find(client_id)
        # guard: eid-assertion-clients-only
        if client is None or client.token_endpoint_auth_method != PRIVATE_KEY_JWT:
            raise InvalidClient("the assertion is not acceptable")
        keys = await self.keys_of(client, token.header.kid)
        audiences = (*self.origins, *(origin + scope["path"] for origin in self.origins))
        audiences += (f"{self.origins[0]}/token",)  # Core 9: the token endpoint's address, wherever it is shown
        proven = assertion.prove(token, client, keys, audiences=audiences, now=int(time.time()))
        if not await self.used_ids.claim(client.client_id, proven.jti, proven.expires_at):
            raise InvalidClient("the assertion was used before")
        return client

    async def _by_certificate(self, scope: Scope, client: Client | None) -> Client:
        if client is not None and client.is_public:
            return client  # RFC 6749 2.1: has nothing to show; PKCE and its key guard what it gets
        shown = certificate_of(scope)
        if client is None or shown is None:
            raise InvalidClient("client authentication failed")
        now = datetime.now(UTC)
        if client.token_endpoint_auth_method == TLS_CLIENT_AUTH:
            certificate.prove_by_authority(shown, client, self.authorities, now)
        elif client.token_endpoint_auth_method == SELF_SIGNED_TLS_CLIENT_AUTH:
            certificate.prove_self_signed(shown, await self.keys_of(client), now)
        else:
            raise InvalidClient("client authentication failed")
        return client


def _shown(scope: Scope, params: Mapping[str, str]) -> _Shown:
    """RFC 6749 2.3.1: exactly one way."""
    authorization = header(scope, b"authorization")
    if authorization:
        if "client_secret" in params:
            raise InvalidRequest("more than one way of client authentication")
        client_id, given = _basic(authorization)
        if params.get("client_id", client_id) != client_id:
            raise InvalidClient("client_id is another client's", scheme="Basic")
        return _Shown("client_secret_basic", client_id, given)
    if "client_secret" in params:
        return _Shown("client_secret_post", params.get("client_id", ""), params["client_secret"])
    return _Shown(_CERTIFICATE, params.get("client_id", ""), "")


def _basic(authorization: str) -> tuple[str, str]:
    """RFC 7617 2, with both halves form-encoded (RFC 6749 2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if scheme.lower() != "basic" or ":" not in text:
        raise InvalidClient("the authorization header cannot be read", scheme="Basic")
    client_id, _, given = text.partition(":")
    return unquote_plus(client_id), unquote_plus(given)
