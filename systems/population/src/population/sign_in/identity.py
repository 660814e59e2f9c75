"""Every check between the e-ID's answer and a person who is signed in here (Core 3.1.3.7, 5.3.2; IDA 1.0)."""

import hmac
from dataclasses import dataclass
from typing import Any

from kernel import personal_id
from kernel.personal_id import PersonalIdFormat
from population.sign_in.provider import ACR
from wire.signed import SignatureRefused, verify


class IdentityRefused(Exception):
    """An answer that did not pass; the text names the check, never the content."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who has signed in, at level 2."""

    personal_id: str
    full_name: str


def read(
    id_token: str, userinfo: dict[str, Any], jwks: dict[str, Any], *, issuer: str, client_id: str, nonce: str
) -> Person:
    """The person behind a code. Raises IdentityRefused."""
    try:
        # guard: npd-id-token-is-ours
        claims = verify(id_token, jwks, "JWT", issuer=issuer, audience=client_id)
    except SignatureRefused as refused:
        raise IdentityRefused(str(refused)) from None
    checks = (
        # guard: npd-id-token-nonce
        ("nonce", hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())),
        ("aud", claims.get("aud") in (client_id, [client_id])),
        # guard: npd-owner-is-level-two
        ("acr", claims.get("acr") == ACR and userinfo.get("eid_level") == 2),
        ("amr", "mfa" in (claims.get("amr") or ())),
        # guard: npd-userinfo-is-of-the-same
        ("sub", isinstance(claims.get("sub"), str) and userinfo.get("sub") == claims["sub"]),
    )
    for name, holds in checks:
        if not holds:
            raise IdentityRefused(name)
    offered = userinfo.get("verified_claims")
    for each in offered if isinstance(offered, list) else [offered]:
        if isinstance(each, dict) and (each.get("verification") or {}).get("trust_framework") == "vn_eid":
            said = each.get("claims") or {}
            try:
                return Person(personal_id.normalise(str(said["personal_id"])), str(said["name"]))
            except (KeyError, PersonalIdFormat):
                break
    raise IdentityRefused("verified_claims")
