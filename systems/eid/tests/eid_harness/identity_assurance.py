"""OpenID Identity Assurance Schema Definition 1.0, as far as it binds an issuer: its sections 5 and 7.

Says what is wrong with a verified_claims element, one line each. Shares nothing with the provider.
"""

from __future__ import annotations

import re
from typing import Any

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
EVIDENCE_TYPES = {"document", "electronic_record", "vouch", "electronic_signature"}
_STRINGS = ("trust_framework", "assurance_level", "verification_process")
_RECORD = {"type", "created_at", "date_of_expiry", "source", "derived_claims"}
_CHECK = {"check_method", "organization", "check_id", "time"}
_CLAIMS = {"birthdate": re.compile(r"\d{4}-[01]\d-[0-3]\d"), "gender": re.compile(r".+"), "name": re.compile(r".+")}


def faults(verified: Any) -> list[str]:
    """Of one verified_claims element, or of each in a list (5.1)."""
    if isinstance(verified, list):
        return [fault for each in verified for fault in faults(each)] or ([] if verified else ["an empty list"])
    if not isinstance(verified, dict) or set(verified) != {"verification", "claims"}:
        return ["not exactly verification and claims"]
    return [*_claims(verified["claims"]), *_verification(verified["verification"])]


def _claims(claims: Any) -> list[str]:
    if not isinstance(claims, dict) or not claims:
        return ["claims is empty"]  # 5.2
    return [f"claims.{name}" for name, form in _CLAIMS.items() if name in claims and not form.fullmatch(claims[name])]


def _verification(element: Any) -> list[str]:
    if not isinstance(element, dict) or not isinstance(element.get("trust_framework"), str):
        return ["trust_framework is missing"]  # 5.4
    wrong = [name for name in _STRINGS if not isinstance(element.get(name, ""), str)]
    wrong += ["time"] if "time" in element and not _is_time(element["time"]) else []
    evidence = element.get("evidence", [{"type": "document"}])
    if not isinstance(evidence, list) or not evidence:
        return [*wrong, "evidence is no list, or empty"]
    return wrong + [fault for each in evidence for fault in _evidence(each)]


def _evidence(piece: Any) -> list[str]:
    if not isinstance(piece, dict) or piece.get("type") not in EVIDENCE_TYPES:
        return ["evidence of no known type"]  # 5.4.4
    checks = piece.get("check_details", [{"check_method": "x"}])
    record = piece.get("record", {"type": "x"})
    wrong = []
    if not isinstance(checks, list) or not checks:
        wrong.append("check_details is no list, or empty")
    for check in checks if isinstance(checks, list) else []:
        if set(check) - _CHECK or not all(isinstance(value, str) for value in check.values()):
            wrong.append("a member of check_details")
        if "check_method" not in check or not _is_time(check.get("time", "2026-01-01T00:00Z")):
            wrong.append("check_method or time of a check")
    if not isinstance(record, dict) or not isinstance(record.get("type"), str) or set(record) - _RECORD:
        wrong.append("record")
    return wrong


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and DATE_TIME.fullmatch(value) is not None
