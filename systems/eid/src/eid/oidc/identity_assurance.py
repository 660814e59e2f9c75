"""verified_claims: what may be asked of a verification, and how it is answered.

OpenID Connect for Identity Assurance 1.0 sections 5 and 6, OpenID Identity Assurance Schema Definition 1.0. There is
one way in which people are verified here: the population register vouches for them. A request that wants another is
left without an answer, never with an error (6.5); what nobody asked for is not given (5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from eid.oidc.errors import InvalidRequest

TRUST_FRAMEWORK: Final = "vn_eid"
ASSURANCE_LEVEL: Final = "level2"
VERIFIED: Final = ("personal_id", "name", "birthdate", "gender")
EVIDENCE: Final = "electronic_record"
RECORD: Final = "population_register"
CHECK_METHOD: Final = "data"
ORGANIZATION: Final = "National Population Database"
_ON_REQUEST: Final = ("assurance_level", "time", "evidence")


class VerifiedAsked(msgspec.Struct, frozen=True):
    """`names` out of VERIFIED; `elements` beside trust_framework; `max_age` of its time, in seconds."""

    names: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    max_age: int | None = None


def verification(time: str, elements: Sequence[str]) -> dict[str, Any]:
    """The verification element (schema 5.4) with those elements that were asked. `time` is RFC 3339."""
    whole = {"trust_framework": TRUST_FRAMEWORK, "assurance_level": ASSURANCE_LEVEL, "time": time, "evidence": [
        {
            "type": EVIDENCE,
            "check_details": [{"check_method": CHECK_METHOD, "organization": ORGANIZATION, "time": time}],
            "record": {"type": RECORD},
        }
    ]}  # fmt: skip
    # guard: eid-verification-as-asked
    return {name: value for name, value in whole.items() if name == "trust_framework" or name in elements}


def read(asked: Any) -> VerifiedAsked:
    """The first of the requests that can be met (6: several are an "or"). Raises InvalidRequest."""
    for request in asked if isinstance(asked, list) else [asked]:
        if request is not None:
            found = _read(_object(request, "verified_claims"))
            if found.names:
                return found
    return VerifiedAsked()


def _read(request: dict[str, Any]) -> VerifiedAsked:
    wanted = _object(request.get("verification"), "verified_claims.verification")
    time = _object(wanted.get("time"), "verification.time")
    max_age = time.get("max_age")
    if max_age is not None and (not isinstance(max_age, int) or isinstance(max_age, bool) or max_age < 0):
        raise InvalidRequest("verification.time.max_age is not a number of seconds")
    for name in ("trust_framework", "assurance_level"):
        _object(wanted.get(name), f"verification.{name}")
    names = _object(request.get("claims"), "verified_claims.claims")
    # guard: eid-verification-filters
    if not meets({name: each for name, each in wanted.items() if name != "time"}, verification("", _ON_REQUEST)):
        return VerifiedAsked()
    return VerifiedAsked(
        # 6.4.1: a claim of another value is left out. Whether it is another is not told either: nobody guesses here.
        tuple(name for name in VERIFIED if name in names and not _is_constrained(names[name])),
        tuple(name for name in _ON_REQUEST if name in wanted),
        max_age,
    )


def meets(wanted: Any, ours: Any) -> bool:
    """Whether what we have fits a filter: `value` and `values` hold, lists are an "or", unknown ones only if free."""
    if isinstance(wanted, list):
        pieces = ours if isinstance(ours, list) else [ours]
        return any(meets(each, piece) for each in wanted for piece in pieces)
    if not isinstance(wanted, dict):
        return True
    if _is_constrained(wanted):
        values = wanted["values"] if "values" in wanted else [wanted["value"]]
        return isinstance(ours, str) and isinstance(values, list) and ours in values
    members = {name: each for name, each in wanted.items() if isinstance(each, (dict, list))}
    return all(meets(each, ours.get(name) if isinstance(ours, dict) else None) for name, each in members.items())


def _is_constrained(wanted: Any) -> bool:
    return isinstance(wanted, dict) and ("value" in wanted or "values" in wanted)


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name} is not an object")
    return value
