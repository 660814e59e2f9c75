"""Which posted forms are believed: from our own pages, in this browser, for this purpose."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus

from starlette.requests import Request

from eid.browser.refusals import FORM_REFUSED, Refused
from eid.oidc import parameters
from eid.oidc.errors import InvalidRequest

FIELD = "form_token"


def token_for(secret: bytes, browser: str, purpose: str) -> str:
    """Bound to the browser's pre-session and to one purpose (an interaction, the account page)."""
    return hmac.new(secret, f"form\n{browser}\n{purpose}".encode(), hashlib.sha256).hexdigest()


async def read(request: Request, *, issuer: str, secret: bytes, browser: str | None, purpose: str) -> dict[str, str]:
    """The fields of a believed form. Raises Refused (403) otherwise; nothing was done then."""
    # guard: eid-form-origin
    if not _same_origin(request, issuer):
        raise Refused(FORM_REFUSED, HTTPStatus.FORBIDDEN)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > parameters.MAX_LENGTH:
            raise Refused(FORM_REFUSED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        fields = parameters.parse(body)
    except InvalidRequest:
        raise Refused(FORM_REFUSED) from None
    # guard: eid-form-token
    expected = token_for(secret, browser or "", purpose)
    if browser is None or not hmac.compare_digest(fields.get(FIELD, "").encode(), expected.encode()):
        raise Refused(FORM_REFUSED, HTTPStatus.FORBIDDEN)
    return fields


def _same_origin(request: Request, issuer: str) -> bool:
    """Origin, when the browser says it; otherwise Sec-Fetch-Site. A browser that says neither is refused."""
    origin = request.headers.get("origin")
    if origin is not None:
        return origin == issuer
    return request.headers.get("sec-fetch-site") == "same-origin"
