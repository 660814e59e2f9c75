"""The form of a message between portals: who says what to whom, once, and who alone can read the sealed part.

A JWS (typ `exchange+jwt`, ES256): `iss aud iat exp jti type body`. An answer also says `of`, the `jti` it answers.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from portal.config import CONFIG
from portal.exchange.models import TrustedPortal
from portal.keys import signing_key
from wire import signed
from wire.assertion import public_jwks

TYP = "exchange+jwt"
LIFETIME_SECONDS = 120
MAX_MESSAGE_BYTES = 256 * 1024


class MessageRefused(Exception):
    """A message that is not believed; the text says why and holds nothing of its content."""


@dataclass(frozen=True, slots=True)
class Message:
    """A believed message. `said_at` is the sender's real clock, Unix seconds."""

    sender: TrustedPortal
    jti: str
    type: str
    body: dict[str, Any]
    said_at: float
    of: str = ""


def own_jwks() -> dict[str, Any]:
    """What `/.well-known/exchange-jwks.json` shows."""
    return public_jwks(signing_key())


def compose(to: TrustedPortal, type_: str, body: dict[str, Any], *, jti: str = "", of: str = "") -> str:
    """A fresh signature over a message; a repeated try gives the same `jti` again."""
    now = time.time()
    claims = {
        "iss": CONFIG.origin,
        "aud": to.origin,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": jti or str(uuid.uuid4()),
        "type": type_,
        "body": body,
    }
    return signed.sign(claims | ({"of": of} if of else {}), signing_key(), TYP)


def read(token: str, *, of: str = "") -> Message:
    """Believe a message only when a trusted portal signed it for this one, just now.

    With `of`, it must be the answer to that message. Raises MessageRefused.
    """
    sender = TrustedPortal.objects.filter(origin=_claimed_issuer(token)).first()
    if sender is None:
        raise MessageRefused("unknown portal")
    try:
        # guard: exchange-signature
        claims = signed.verify(token, sender.jwks, TYP, issuer=sender.origin, audience=CONFIG.origin)
    except signed.SignatureRefused as fault:
        raise MessageRefused(str(fault)) from None
    body, jti = claims.get("body"), claims.get("jti")
    if not isinstance(body, dict) or not isinstance(jti, str) or not 0 < len(jti) <= 80:
        raise MessageRefused("not a message")
    # guard: exchange-answer-of
    if of and claims.get("of") != of:
        raise MessageRefused("the answer to another message")
    return Message(sender, jti, str(claims.get("type", "")), body, float(claims["iat"]), str(claims.get("of", "")))


def seal(to: TrustedPortal, secret: dict[str, Any]) -> str:
    """What only `to` can open; identities travel in nothing else."""
    return signed.seal_to(secret, to.jwks)


def open_sealed(sealed: str) -> dict[str, Any]:
    """What was sealed to this portal. Raises MessageRefused."""
    try:
        return signed.open_sealed(sealed, signing_key())
    except signed.SignatureRefused as fault:
        raise MessageRefused(str(fault)) from None


def _claimed_issuer(token: str) -> str:
    """Whom the message says it is from: only to find the pinned keys; nothing is believed yet."""
    if len(token) > MAX_MESSAGE_BYTES:
        raise MessageRefused("too long")
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return str(claims["iss"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise MessageRefused("not a signed message") from None
