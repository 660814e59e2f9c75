"""Import of old accounts from an export of the portal that made them (interfaces.md section 4, NDJSON).

One row, one transaction. A row that was imported before (same kind, numbers, phone and time of making) changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from kernel import country_time, personal_id, phone, tax_code
from portal.accounts import audit, ledger, legacy_passwords, passwords, signals
from portal.accounts.models import Kind, PortalAccount, Profile, State
from portal.sealing import blind

Row = Mapping[str, Any]
COMMUNE = re.compile(r"[0-9]{5}")


@dataclass
class Report:
    """How many accounts were made, how many were known; faults as (line number, reason), without personal data."""

    made: int = 0
    known: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)


def execute(lines: Iterable[str]) -> Report:
    """Import every line; a wrong line is reported and skipped."""
    report = Report()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            made = _import(json.loads(line))
        except (KeyError, TypeError, ValueError, legacy_passwords.NotCheckable) as fault:
            report.faults.append((number, type(fault).__name__))
            continue
        if made:
            report.made += 1
        else:
            report.known += 1
    return report


def _import(row: Row) -> bool:
    facts = _facts(row)
    with transaction.atomic():
        if _known(facts):
            return False
        profile = Profile.objects.create(kind=facts["kind"], display_name=facts["full_name"])
        account = PortalAccount(profile=profile, **facts)
        if row.get("matched") and facts["personal_id"]:
            account.state, account.matched_at = State.MATCHED, country_time.now()
            account.matched_personal_id = facts["personal_id"]
            account.matched_full_name, account.matched_birth_date = facts["full_name"], facts["birth_date"]
        ledger.because("imported", actor="operator", matched=account.state == State.MATCHED)
        account.save()
        signals.old_account_imported.send(
            sender=None,
            account=account,
            documents=list(row.get("documents") or ()),
            dossiers=list(row.get("dossiers") or ()),
        )
        audit.record("imported", actor="operator", subject=f"account:{account.pk}", detail={"state": account.state})
    return True


def _facts(row: Row) -> dict[str, Any]:
    """The columns of a row. Numbers and phones are normalised; a birth date is kept as it was said."""
    number, old_number, tax = row.get("personal_id"), row.get("legacy_id9"), row.get("tax_code")
    password, old = row.get("password"), row.get("legacy_password")
    return {
        "kind": Kind(row["kind"]),
        "cohort": row.get("cohort") or "default",
        "commune": _commune(row.get("commune")),
        "personal_id": personal_id.normalise(number) if number else None,
        "legacy_id9": personal_id.normalise_legacy_id9(old_number) if old_number else None,
        "tax_code": tax_code.normalise(tax) if tax else None,
        "full_name": " ".join(str(row["full_name"]).split()),
        "birth_date": row.get("birth_date") or "",
        "phone": phone.normalise(row["phone"]) if row.get("phone") else None,
        "email": row.get("email") or None,
        "password_hash": passwords.hash_password(password) if password else "",
        "legacy_password": legacy_passwords.kept(old["kind"], old["hash"], old.get("salt") or "") if old else None,
        "created_at": datetime.fromisoformat(row["created_at"]),
        "last_sign_in_at": datetime.fromisoformat(row["last_sign_in_at"]) if row.get("last_sign_in_at") else None,
    }


def _commune(code: str | None) -> str:
    """The five digits of the state's list of communes. Raises ValueError."""
    if code and not COMMUNE.fullmatch(code):
        raise ValueError("not the code of a commune")
    return code or ""


def _known(facts: dict[str, Any]) -> bool:
    same = PortalAccount.objects.filter(kind=facts["kind"], created_at=facts["created_at"])
    for column in ("personal_id", "legacy_id9", "tax_code", "phone"):
        value = facts[column]
        same = same.filter(**{f"{column}_index": blind(value, column) if value else None})
    return same.exists()
