"""The proposal form: what was typed, judged; errors by field, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kernel import personal_id
from portal.accounts.duty.actions.propose import Proposal
from portal.accounts.duty.rules import Role
from portal.i18n import _

FIELDS = ("personal_id", "full_name", "office", "position", "role", "valid_from", "valid_to")


def _day(text: str) -> date | None:
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        if len(parts) == 3 and all(p.isascii() and p.isdigit() for p in parts):
            first, month, last = (int(p) for p in parts)
            return date(first, month, last) if len(parts[0]) == 4 else date(last, month, first)
    except ValueError:
        return None
    return None


def read_proposal(posted: Mapping[str, str]) -> tuple[Proposal | None, dict[str, str], dict[str, str]]:
    """(the proposal or None, errors by field, what was typed)."""
    typed = {key: " ".join(posted.get(key, "").split())[:200] for key in FIELDS}
    errors: dict[str, str] = {}
    number = ""
    try:
        number = personal_id.normalise(typed["personal_id"])
    except ValueError:
        errors["personal_id"] = _("Enter the 12-digit personal number")
    if not typed["full_name"]:
        errors["full_name"] = _("Enter the full name")
    if typed["role"] not in {role.value for role in Role}:
        errors["role"] = _("Choose a role")
    begins = _day(typed["valid_from"])
    if begins is None:
        errors["valid_from"] = _("Enter the first day, for example 06/5/2024")
    ends = _day(typed["valid_to"]) if typed["valid_to"] else None
    if typed["valid_to"] and (ends is None or (begins is not None and ends < begins)):
        errors["valid_to"] = _("Enter the last day, not before the first")
    if errors or begins is None:
        return None, errors, typed
    proposal = Proposal(
        number, typed["full_name"], typed["office"][:35], typed["position"][:120], typed["role"], begins, ends
    )
    return proposal, {}, typed
