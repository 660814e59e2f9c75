"""What userinfo tells: `sub`, the level, and what the person let go (Core 5.3.2, 5.4 and 5.5, IDA 1.0 section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from eid.grants.authorization_request import BY_NAME
from eid.grants.grant import Grant
from eid.oidc import claims, identity_assurance, scopes


def release(grant: Grant, *, level: int, person: Mapping[str, Any]) -> dict[str, Any]:
    """Pick out of `person` (keyed by claim name) what `grant` lets go, and nothing else."""
    told: dict[str, Any] = {"sub": grant.sub, "eid_level": level}
    # guard: eid-only-consented-claims
    verified = {name: person[name] for name in identity_assurance.VERIFIED if name in grant.granted}
    if "birthdate" in verified:  # as the register knows it: Core's own claim has no form for a month without a day
        verified["birthdate"] = person.get("partial_birthdate", person["birthdate"])
    if verified and grant.checked_at is not None:
        elements = () if grant.claims is None else grant.claims.verification
        verification = identity_assurance.verification(_time(grant.checked_at), elements)
        told["verified_claims"] = {"verification": verification, "claims": verified}
    for scope in scopes.TELLING:
        if scope in grant.granted:
            told |= _of(person, claims.OF_SCOPE[scope])
    if scopes.PHONE in grant.granted:
        told |= _of(person, ("phone_number_since",))
    asked = () if grant.claims is None else grant.claims.userinfo
    return told | _of(person, tuple(name for name in asked if BY_NAME + name in grant.granted))


def in_id_token(grant: Grant, *, person: Mapping[str, Any]) -> dict[str, Any]:
    """Claims that were asked for in the ID token by name (Core 5.5), and let go."""
    asked = () if grant.claims is None else grant.claims.id_token
    let_go = {name for scope in scopes.TELLING if scope in grant.granted for name in claims.OF_SCOPE[scope]}
    # guard: eid-id-token-only-consented-claims
    return _of(person, tuple(name for name in asked if BY_NAME + name in grant.granted or name in let_go))


def _of(person: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Those that have a value (Core 5.3.2: others are left out)."""
    return {name: person[name] for name in names if person.get(name) not in (None, "")}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
