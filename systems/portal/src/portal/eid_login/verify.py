"""Every check between the provider's answer and a `VerifiedIdentity` (OpenID Connect Core 3.1.3.7, 5.3.2; IDA 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kernel import personal_id
from kernel.partial_date import PartialDate, PartialDateFormat
from portal.eid_login.identity import VerifiedIdentity
from portal.eid_login.start import ACR, Pending

SKEW = 60


class IdentityRefused(Exception):
    """An answer that did not pass; `reason` is for the log and names the check, never the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def id_token_claims(
    token: str, jwks: dict[str, Any], pending: Pending, *, issuer: str, client_id: str, access_token: str
) -> dict[str, Any]:
    """The claims of an ID token that was made for this sign-in and nothing else. Raises IdentityRefused."""
    claims = _signed(token, jwks)
    now = time.time()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    acr_level = {name: level for level, name in ACR.items()}.get(str(claims.get("acr")), 0)
    auth_time = claims.get("auth_time")
    table = (
        # guard: id-token-issuer
        ("iss", claims.get("iss") != issuer),
        # guard: id-token-audience
        ("aud", audiences != [client_id]),
        ("azp", claims.get("azp", client_id) != client_id),
        # guard: id-token-expiry
        ("exp", not _number(claims.get("exp")) or claims["exp"] <= now - SKEW),
        ("iat", not _number(claims.get("iat")) or claims["iat"] > now + SKEW),
        # guard: id-token-nonce
        ("nonce", not hmac.compare_digest(str(claims.get("nonce", "")), pending.nonce)),
        ("auth_time", not _number(auth_time) or float(auth_time or 0) > now + SKEW),
        # guard: id-token-auth-time
        ("auth_time of a fresh sign-in", pending.fresh and float(auth_time or 0) < pending.started_at - SKEW),
        # guard: id-token-acr
        ("acr", claims.get("acr") not in pending.acr_values or not acr_level),
        # guard: id-token-amr
        ("amr", "mfa" not in (claims.get("amr") or ())),
        ("sub", not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 200),
        ("sid", not isinstance(claims.get("sid"), str) or not 0 < len(claims["sid"]) <= 200),
        # guard: id-token-at-hash
        ("at_hash", "at_hash" in claims and claims["at_hash"] != at_hash(access_token)),
    )
    for reason, wrong in table:
        if wrong:
            raise IdentityRefused(reason)
    return claims


def identity(claims: dict[str, Any], userinfo: dict[str, Any]) -> VerifiedIdentity:
    """The person of ID token and userinfo together. Raises IdentityRefused."""
    # guard: userinfo-sub
    if userinfo.get("sub") != claims["sub"]:
        raise IdentityRefused("userinfo is about another sub")
    verified = _verified_claims(userinfo)
    person = verified.get("claims") or {}
    level = userinfo.get("eid_level")
    try:
        personal_number = personal_id.normalise(str(person["personal_id"]))
        birth_date = str(PartialDate.parse(str(person["birthdate"])))
        full_name = str(person["name"]).strip()
    except (KeyError, personal_id.PersonalIdFormat, PartialDateFormat):
        raise IdentityRefused("verified claims are missing") from None
    reached = {name: number for number, name in ACR.items()}[claims["acr"]]
    # guard: acr-not-above-the-account
    if not full_name or level not in ACR or reached > level:
        raise IdentityRefused("level")
    return VerifiedIdentity(
        issuer=claims["iss"],
        sub=claims["sub"],
        auth_time=int(claims["auth_time"]),
        acr=claims["acr"],
        amr=tuple(str(each) for each in claims["amr"]),
        sid=claims["sid"],
        eid_level=level,
        personal_id=personal_number,
        full_name=full_name,
        birth_date=birth_date,
        sex={"male": "M", "female": "F", "M": "M", "F": "F"}.get(str(person.get("gender")), ""),
        verified_at=str((verified.get("verification") or {}).get("time", "")),
        phone=_text(userinfo.get("phone_number")),
        email=_text(userinfo.get("email")),
        phone_since=_text(userinfo.get("phone_number_since")),
    )


def at_hash(access_token: str) -> str:
    """OpenID Connect Core 3.1.3.6, for ES256."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _signed(token: str, jwks: dict[str, Any]) -> dict[str, Any]:
    try:
        # guard: id-token-signature
        decoded = jwt.decode(token, KeySet.import_key_set(jwks), algorithms=["ES256"])  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise IdentityRefused(f"signature: {type(fault).__name__}") from None
    return dict(decoded.claims)


def _verified_claims(userinfo: dict[str, Any]) -> dict[str, Any]:
    offered = userinfo.get("verified_claims")
    for each in offered if isinstance(offered, list) else [offered]:
        if isinstance(each, dict) and (each.get("verification") or {}).get("trust_framework") == "vn_eid":
            return each
    raise IdentityRefused("nothing is vouched for by vn_eid")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 200 else None
