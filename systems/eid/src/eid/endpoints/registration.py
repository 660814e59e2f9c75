"""/register: dynamic client registration and its management (RFC 7591, RFC 7592); off unless a setting says so."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from eid.clients import Client, RegistrationRefused, dynamic, secret, software_statement
from eid.clients.software_statement import Trusted
from eid.endpoints.http import Answer, Scope, header, json
from eid.oidc import parameters
from eid.oidc.encryption_keys import key_for
from eid.oidc.errors import InvalidClientMetadata, InvalidRedirectUri, InvalidToken
from eid.outbound import CallFailed, CallForbidden, KeysUnavailable, Outbound, RemoteKeys
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.registration_tokens import RegistrationTokens

_TOLD_ONLY = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


@dataclass(frozen=True)
class Registration:
    """POST with an initial access token; GET, PUT and DELETE of one client with its own."""

    issuer: str
    clients: Clients
    tokens: RegistrationTokens
    outbound: Outbound
    remote_keys: RemoteKeys
    trusted: Trusted  # whose software statements count (RFC 7591 2.3)
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """RFC 7591 3, RFC 7592 2."""
        kind, _, token = header(scope, b"authorization").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise InvalidToken
        if scope["method"] == "POST":
            return await self._create(token.strip(), _metadata(body))
        client_id = parameters.parse(scope["query_string"]).get("client_id", "")
        client = await self.clients.find(client_id)
        if client is None or not await self.tokens.is_of(token.strip(), client_id):
            raise InvalidToken("the token is not good")
        if scope["method"] == "DELETE":
            await self.clients.remove(client_id)
            await self.audit.write("client_removed_itself", client_id=client_id)
            return Answer(204, b"", ())
        if scope["method"] == "GET":
            return await self._told(client, None)
        return await self._replace(client, _metadata(body))

    async def _create(self, token: str, asked: dict[str, Any]) -> Answer:
        client, fresh = await self._judged(asked, None)
        if not await self.tokens.use_initial(token, datetime.now(UTC)):
            raise InvalidToken("the token is not good")
        await self.clients.put([client])
        await self.audit.write("client_registered_itself", client_id=client.client_id)
        return await self._told(client, fresh, 201, {"client_id_issued_at": int(time.time())})

    async def _replace(self, known: Client, asked: dict[str, Any]) -> Answer:
        if asked.get("client_id") != known.client_id or set(asked) & set(_TOLD_ONLY):
            raise InvalidClientMetadata("client_id is another's, or a member is ours (RFC 7592 2.2)")
        given = asked.get("client_secret")
        # guard: eid-client-chooses-no-secret
        if given is not None and not secret.matches(known, str(given), now=int(time.time())):
            raise InvalidClientMetadata("client_secret is not the one in force")
        client, fresh = await self._judged(asked, known)
        await self.clients.put([client])
        await self.audit.write("client_changed_itself", client_id=client.client_id)
        return await self._told(client, fresh)

    async def _judged(self, asked: dict[str, Any], known: Client | None) -> tuple[Client, str | None]:
        vouched = None
        if "software_statement" in asked:
            vouched = software_statement.vouched(asked["software_statement"], self.trusted, now=int(time.time()))
        try:
            client, fresh = dynamic.judge(asked, known=known, vouched=vouched)
        except RegistrationRefused as refused:
            words = "; ".join(refused.faults)[:500]
            if any(str(uri) in words for uri in _listed(asked.get("redirect_uris"))) or "redirect_uris is" in words:
                raise InvalidRedirectUri(words) from None
            raise InvalidClientMetadata(words) from None
        await self._sector_holds(client)
        await self._has_keys_to_encrypt_to(client)
        return client, fresh

    async def _sector_holds(self, client: Client) -> None:
        """Core 8.1: the document at sector_identifier_uri names every redirect_uri."""
        if client.sector_identifier_uri is None:
            return
        try:
            answer = await self.outbound.get(client.sector_identifier_uri)
            named = msgspec.json.decode(answer.body, type=list[str])
        except (CallForbidden, CallFailed, msgspec.MsgspecError, UnicodeError, RecursionError):
            raise InvalidClientMetadata("sector_identifier_uri cannot be read") from None
        # guard: eid-sector-document-names-every-redirect-uri
        if answer.status != 200 or not set(client.redirect_uris) <= set(named):
            raise InvalidClientMetadata("sector_identifier_uri does not name every redirect_uri")

    async def _has_keys_to_encrypt_to(self, client: Client) -> None:
        """Who wants answers encrypted publishes a key for it first: later there is no good way to say no."""
        wanted = {client.id_token_encrypted_response_alg, client.userinfo_encrypted_response_alg} - {None}
        if client.jwks_uri is None or not wanted:
            return
        try:
            keys = await self.remote_keys.get(client.jwks_uri)
        except KeysUnavailable:
            raise InvalidClientMetadata("jwks_uri cannot be read") from None
        if any(key_for(str(alg), keys) is None for alg in wanted):
            raise InvalidClientMetadata("jwks_uri holds no key for a registered encryption alg")

    async def _told(self, client: Client, fresh: str | None, status: int = 200, more: Any = None) -> Answer:
        """Every answer brings a new registration_access_token (RFC 7592 3); the old one has ended."""
        managed = {
            "registration_access_token": await self.tokens.issue(client.client_id),
            "registration_client_uri": f"{self.issuer}/register?client_id={client.client_id}",
        }
        return json(dynamic.told(client, fresh) | managed | (more or {}), status)


def _metadata(body: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        document = None
    if not isinstance(document, dict):
        raise InvalidClientMetadata("the body is not a JSON object")
    return document


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
