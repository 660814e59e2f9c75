"""A link of the chain as a signed statement (RFC 7515), for somebody else to keep."""

import time

from population import keys
from population.settings import Settings
from population.storage.access_chain import Head
from wire.signed import SignatureRefused, sign, verify

TYP = "access-log-anchor+jwt"
_KEPT_SECONDS = 10 * 366 * 86_400


class AnchorRefused(ValueError):
    """Not a link that this register signed."""


def sign_head(settings: Settings, head: Head) -> str:
    """The statement: entry number and hash; no person in it."""
    now = int(time.time())
    claims = {"iss": settings.origin, "aud": settings.origin, "iat": now, "exp": now + _KEPT_SECONDS}
    link = {"last_id": head.last_id, "hash": head.hash.hex()}
    return sign(claims | link, keys.signing_key(settings.keys_dir), TYP)


def read_head(settings: Settings, text: str) -> Head:
    """What `sign_head` signed. Raises AnchorRefused."""
    jwks = keys.jwks(settings.keys_dir)
    try:
        claims = verify(text.strip(), jwks, TYP, issuer=settings.origin, audience=settings.origin)
        return Head(int(claims["last_id"]), bytes.fromhex(claims["hash"]))
    except (SignatureRefused, KeyError, ValueError, TypeError):
        raise AnchorRefused("not a link that this register signed") from None
