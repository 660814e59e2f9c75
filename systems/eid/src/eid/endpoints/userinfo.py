"""GET and POST /userinfo (OpenID Connect Core 5.3, RFC 6750, IDA 1.0)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from eid.clients import Client
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import NO_SNIFF, NO_STORE, Answer, Scope, header, json
from eid.endpoints.sender_constraint import SenderConstraint
from eid.grants import userinfo
from eid.grants.grant import withheld_by, within
from eid.keys import KeyRing
from eid.oidc import algorithms, parameters, scopes
from eid.oidc.errors import InvalidRequest, InvalidToken, TemporarilyUnavailable
from eid.storage.clients import Clients
from eid.storage.tellings import Tellings
from eid.tokens import encryption, issue

_FORM: Final = "application/x-www-form-urlencoded"
_JWT: Final = (b"content-type", b"application/jwt")


def _presented(scope: Scope, body: bytes) -> tuple[str, str]:
    """Scheme and token. Raises InvalidRequest for two ways at once, and for a token in the address."""
    kind, _, token = header(scope, b"authorization").partition(" ")
    # guard: eid-token-never-in-an-address
    if b"access_token" in scope["query_string"]:
        raise InvalidRequest("an access token never stands in an address")
    if scope["method"] == "POST" and body and header(scope, b"content-type").partition(";")[0].strip().lower() == _FORM:
        posted = parameters.parse(body).get("access_token")
        if posted is not None and kind:
            raise InvalidRequest("two ways of presenting a token")
        if posted is not None:
            return "bearer", posted
    return kind.lower(), token.strip()


@dataclass(frozen=True)
class Userinfo:
    """Tells what was consented; every telling is on the owner's page."""

    issuer: str
    keys: KeyRing
    constraint: SenderConstraint
    authenticate: ClientAuthentication
    clients: Clients
    tellings: Tellings

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """The token comes in the Authorization header, or in a posted form; never in an address (RFC 6750 2)."""
        kind, token = _presented(scope, body)
        if kind not in ("bearer", "dpop") or not token:
            raise InvalidToken
        claims = issue.read_access_token(
            token,
            self.keys.all,
            issuer=self.issuer,
            now=int(time.time()),
            audience=issue.userinfo_audience(self.issuer),
        )
        client = None if claims is None else await self.clients.find(claims.client_id)
        if claims is None or client is None:
            raise InvalidToken("the token is not good", scheme="DPoP" if kind == "dpop" else "Bearer")
        await self.constraint.of_use(scope, client, claims, token, kind)
        withheld = withheld_by(scopes.parse(claims.scope))
        found = await self.tellings.tell(claims.grant_id, withheld)
        if found is None:
            raise InvalidToken("the token is not good", scheme="DPoP" if kind == "dpop" else "Bearer")
        grant, person = within(found.grant, withheld), found.person
        told = userinfo.release(grant, level=person.level, person=person.claims())
        answer = await self._written(told, client)
        return answer.with_headers((b"dpop-nonce", self.constraint.nonce().encode())) if kind == "dpop" else answer

    async def _written(self, told: dict[str, Any], client: Client) -> Answer:
        """Core 5.3.2: JSON, or signed, or encrypted, as the client registered."""
        alg, encrypted = client.userinfo_signed_response_alg, client.userinfo_encrypted_response_alg
        if alg is None and encrypted is None:
            return json(told)
        text = msgspec.json.encode(told).decode()
        if alg is not None:
            document = told | {"iss": self.issuer, "aud": client.client_id}
            text = self.keys.signing(alg).sign("JWT", msgspec.json.encode(document))
        if encrypted is not None:
            enc = client.userinfo_encrypted_response_enc or algorithms.DEFAULT_CONTENT_ENCRYPTION
            keys = await self.authenticate.keys_of(client)
            try:
                text = encryption.encrypt(text, encrypted, enc, keys, nested=alg is not None)
            except encryption.NoKey:
                raise TemporarilyUnavailable("the client publishes no key for userinfo") from None
        return Answer(200, text.encode(), (_JWT, NO_STORE, NO_SNIFF))
