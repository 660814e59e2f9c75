"""One message over HTTP and its signed answer."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from portal.accounts.between_portals import DOSSIERS_PATH
from portal.exchange.messages import TYP, Message, MessageRefused, compose, read
from portal.exchange.models import TrustedPortal
from wire import loopback

CONTENT_TYPE = f"application/{TYP}"
REFUSED = "refused"
PATIENT = httpx.Timeout(60.0, connect=2.0)
"""For a dossier: its receiver fetches the files before it answers."""


class PortalUnavailable(Exception):
    """No answer, or none that can be believed. Never a no."""


class PortalRefused(Exception):
    """The other portal understood and said no; trying again does not help. The text is its reason code."""


def ask(
    to: TrustedPortal, path: str, type_: str, body: dict[str, Any], *, jti: str = "", method: str = "POST"
) -> Message:
    """Send a message and return the answer that its receiver signed for it.

    A GET carries the message as a bearer token. Raises PortalUnavailable, PortalRefused.
    """
    jti = jti or str(uuid.uuid4())
    token = compose(to, type_, body, jti=jti)
    content = token if method == "POST" else None
    headers = {"content-type": CONTENT_TYPE} if content else {"authorization": f"Bearer {token}"}
    try:
        with loopback.client(timeout=PATIENT if path == DOSSIERS_PATH else loopback.TIMEOUT) as http:
            response = http.request(method, to.origin + path, content=content, headers=headers)
        if response.status_code != 200:
            raise PortalUnavailable(f"HTTP {response.status_code}")
        answer = read(response.text, of=jti)
    except (httpx.HTTPError, MessageRefused) as fault:
        raise PortalUnavailable(f"{type(fault).__name__}: {fault}") from fault
    if answer.sender != to:
        raise PortalUnavailable("somebody else answered")
    if answer.type == REFUSED:
        raise PortalRefused(str(answer.body.get("code", "")))
    return answer
