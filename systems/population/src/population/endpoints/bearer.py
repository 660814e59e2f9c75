"""Whose call is it? The access token that this register issued, and the client as it is registered (RFC 6750, 9068)."""

import hashlib
import time

from starlette.requests import Request

from population.errors import InvalidToken
from population.storage import clients
from population.storage.clients import Client
from population.wiring import Wiring
from wire.signed import SignatureRefused, verify

_MOST_REMEMBERED = 10_000


async def caller(request: Request) -> tuple[Wiring, Client]:
    """The wiring and the client behind the bearer token. Raises InvalidToken."""
    wiring: Wiring = request.app.state.wiring
    return wiring, await client_of(wiring, request.headers.get("authorization", ""), fresh=True)


async def client_of(wiring: Wiring, authorization: str, *, fresh: bool) -> Client:
    """The client of an ``Authorization`` header: as it is registered now, or (not ``fresh``) as it was seen last.

    What was seen last is enough where the writer of the access log compares the registration again in its own
    transaction (`disclosure.admission`). Raises InvalidToken.
    """
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise InvalidToken("a bearer token is expected")
    client_id = _client_id(wiring, credential.strip())
    client = None if fresh else wiring.registrations.get(client_id)
    if client is None:
        client = await clients.get(wiring.database, client_id)
        if client is None:
            wiring.registrations.pop(client_id, None)
            raise InvalidToken("the client is no longer registered")
        wiring.registrations[client_id] = client
    return client


def _client_id(wiring: Wiring, token: str) -> str:
    """Whose token it is. One that was verified before is known by its digest until it ends."""
    digest = hashlib.sha256(token.encode()).digest()
    known = wiring.tokens.get(digest)
    # guard: npd-remembered-token-ends
    if known is not None and known[1] > time.time():
        return known[0]
    origin = wiring.settings.origin
    try:
        # guard: npd-token-is-ours-and-fresh
        claims = verify(token, wiring.jwks, "at+jwt", issuer=origin, audience=origin, leeway=0)
    except SignatureRefused:
        raise InvalidToken("not a token of this register, or over") from None
    if len(wiring.tokens) >= _MOST_REMEMBERED:
        wiring.tokens.clear()
    wiring.tokens[digest] = (str(claims.get("client_id")), float(claims["exp"]))
    return str(claims.get("client_id"))
