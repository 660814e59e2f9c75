"""``POST /token``: client_credentials with private_key_jwt gives an at+jwt of five minutes, and nothing else.

The whole token side of the register: RFC 6749 4.4 (grant), RFC 7523 and OpenID Connect Core 9 (assertion), RFC 9068
(access token). One audience, our origin, as RFC 7523bis asks; ES256 only; an assertion works once.
"""

import hashlib
import json
import secrets
import time
from datetime import UTC, datetime

from joserfc import jws
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from population.endpoints.json_bodies import json_response
from population.errors import InvalidClient, InvalidRequest, SlowDown, UnsupportedGrantType
from population.storage import clients
from population.wiring import Wiring
from wire.signed import SignatureRefused, sign, verify

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 300
ASSERTION_SECONDS = 60
SKEW_SECONDS = 30
_EXPECTED = {"grant_type", "client_assertion_type", "client_assertion"}
_ALLOWED = _EXPECTED | {"client_id", "scope"}


async def token(request: Request) -> Response:
    """Answer as RFC 6749 5.1. Raises InvalidRequest, UnsupportedGrantType, InvalidClient, SlowDown."""
    wiring: Wiring = request.app.state.wiring
    form = await _form(request)
    if form.get("grant_type") != "client_credentials":
        raise UnsupportedGrantType("client_credentials is the only grant here")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise InvalidClient("private_key_jwt is the only way here")
    client = await _slowly(wiring, request.client.host if request.client else "", form["client_assertion"])
    if form.get("client_id", client.client_id) != client.client_id:
        raise InvalidClient("client_id and assertion differ")
    access_token = issue(wiring, client.client_id)
    body = {"access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return json_response(body, headers={"Cache-Control": "no-store"})


async def _slowly(wiring: Wiring, address: str, assertion: str) -> clients.Client:
    """The client, unless this address failed, or this client asked, too often within a minute (SlowDown)."""
    now, failed, asked = time.monotonic(), f"failed {address}", "asked "
    if wait := wiring.token_rate.wait(failed, now):
        raise SlowDown(wait)
    try:
        client = await _authenticate(wiring, assertion)
    except InvalidClient:
        wiring.token_rate.take(failed, now)
        raise
    asked += client.client_id
    if wait := wiring.token_rate.wait(asked, now):
        raise SlowDown(wait)
    wiring.token_rate.take(asked, now)
    return client


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise InvalidRequest("a form is expected")
    async with request.form(max_files=0, max_fields=10) as form:
        items = form.multi_items()
    fields = {name: value for name, value in items if isinstance(value, str) and name in _ALLOWED}
    if len(fields) != len(items):
        raise InvalidRequest("a parameter is unknown or came twice")
    return fields


async def _authenticate(wiring: Wiring, assertion: str) -> clients.Client:
    client = await clients.get(wiring.database, _claimed_issuer(assertion))
    if client is None:
        raise InvalidClient("no such client, or not its assertion")
    try:
        claims = verify(
            assertion,
            client.jwks,
            "JWT",
            issuer=client.client_id,
            audience=wiring.settings.origin,
            leeway=SKEW_SECONDS,
        )
    except SignatureRefused:
        raise InvalidClient("no such client, or not its assertion") from None
    now, jti, expires = time.time(), claims.get("jti"), claims["exp"]
    # guard: npd-assertion-names-one-audience
    if claims["aud"] not in (wiring.settings.origin, [wiring.settings.origin]):
        raise InvalidClient("an assertion is for one audience")
    if claims.get("sub") != client.client_id:
        raise InvalidClient("sub is not the client")
    # guard: npd-assertion-is-short
    if not isinstance(expires, int) or expires > now + ASSERTION_SECONDS + SKEW_SECONDS:
        raise InvalidClient("an assertion lives at most 60 seconds")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 256:
        raise InvalidClient("jti is missing")
    forget_at = datetime.fromtimestamp(expires + 2 * SKEW_SECONDS, UTC)
    # guard: npd-assertion-works-once
    if not await clients.use_assertion(
        wiring.database, client.client_id, hashlib.sha256(jti.encode()).digest(), forget_at
    ):
        raise InvalidClient("this assertion was used before")
    return client


def _claimed_issuer(assertion: str) -> str:
    """Whose assertion it says it is; believed only for finding the key."""
    try:
        issuer = json.loads(jws.extract_compact(assertion.encode()).payload).get("iss")
    except (JoseError, ValueError, AttributeError):
        raise InvalidClient("no such client, or not its assertion") from None
    return issuer if isinstance(issuer, str) else ""


def issue(wiring: Wiring, client_id: str) -> str:
    """An access token by RFC 9068."""
    now = int(time.time())
    claims = {
        "iss": wiring.settings.origin,
        "aud": wiring.settings.origin,
        "sub": client_id,
        "client_id": client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    return sign(claims, wiring.signing_key, "at+jwt")
