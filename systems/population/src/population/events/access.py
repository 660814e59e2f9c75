"""What others are told, an access or a change of a record: content first, then as a signed token.

Whom it is about only the receiver can read.
"""

import time
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey

from wire.signed import seal_to, sign

ACCESS = "urn:motcua:register:access"
TYP = "secevent+jwt"
LIFETIME_SECONDS = 300


def access_event(personal_id: str, agency: dict[str, str], purpose: str, at: datetime) -> dict[str, object]:
    """Who tried what for whom, and when. Sealed in the outbox, sealed to the receiver on the wire."""
    return {
        "personal_id": personal_id,
        "agency": agency,
        "purpose": purpose,
        "at": at.isoformat(timespec="seconds"),
    }


def security_event_token(
    content: dict[str, object], jti: UUID, key: ECKey, *, issuer: str, audience: str, receiver: dict[str, Any]
) -> str:
    """The SET of RFC 8417: ``jti`` stays the same over all attempts, ``receiver`` is the JWK Set of whom it is for."""
    now = int(time.time())
    inside = dict(content)
    kind = str(inside.pop("kind", ACCESS))
    claims = {
        "iss": issuer,
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": str(jti),
        # guard: npd-event-is-sealed-to-the-e-id
        "events": {kind: {"sealed": seal_to(inside, receiver)}},
    }
    return sign(claims, key, TYP)
