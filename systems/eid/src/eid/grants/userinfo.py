"""What userinfo tells: `sub`, the level, and what the person let go (Core 5.3.2, IDA 1.0 section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from eid.grants.grant import Grant
from eid.oidc import claims, scopes

ORGANIZATION: Final = "National Population Database"


def release(grant: Grant, *, level: int, person: Mapping[str, str | None]) -> dict[str, Any]:
    """Pick out of `person` (keyed by claim name) what `grant` lets go, and nothing else."""
    told: dict[str, Any] = {"sub": grant.sub, "eid_level": level}
    # guard: eid-only-consented-claims
    verified = {name: person[name] for name in claims.VERIFIED if name in grant.granted}
    if verified and grant.checked_at is not None:
        told["verified_claims"] = {"verification": _verification(grant.checked_at), "claims": verified}
    if scopes.PHONE in grant.granted and person.get("phone_number"):
        told["phone_number"] = person["phone_number"]
        if person.get("phone_number_since"):
            told["phone_number_since"] = person["phone_number_since"]
    if scopes.EMAIL in grant.granted and person.get("email"):
        told["email"] = person["email"]
    return told


def _verification(checked_at: datetime) -> dict[str, Any]:
    time = checked_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "trust_framework": claims.TRUST_FRAMEWORK,
        "assurance_level": claims.ASSURANCE_LEVEL,
        "time": time,
        "evidence": [
            {
                "type": "electronic_record",
                "check_details": [{"check_method": "data", "organization": ORGANIZATION, "time": time}],
                "record": {"type": "population_register"},
            }
        ],
    }
