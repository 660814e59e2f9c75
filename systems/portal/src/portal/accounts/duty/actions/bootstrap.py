"""The first two administrators of an agency, named in a file that its operator signed for; once per agency.

The file may also carry the first grants; each names which of the two proposed and which approved it. As soon as an
agency has administrators, everything further goes through the page with two persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from kernel import country_time, personal_id
from portal.accounts import audit
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Role

Row = Mapping[str, Any]


class BootstrapRefused(ValueError):
    """The file breaks a rule; the message says which, without a personal number."""


def bootstrap(agency: str, rows: Sequence[Row]) -> int:
    """Import the rows of one agency; returns how many grants were made (0: it has administrators already).

    A row: `{"personal_id", "full_name", "agency", "office", "role", "position", "valid_from", "valid_to",
    "proposed_by", "approved_by"}`, the last two by personal number. Raises BootstrapRefused and writes nothing then.
    """
    with transaction.atomic():
        if DutyGrant.objects.select_for_update().filter(agency=agency, role=Role.AGENCY_ADMIN).exists():
            return 0
        admins = _administrators(agency, [row for row in rows if row["role"] == Role.AGENCY_ADMIN])
        grants = [_first_grant(row, admins) for row in rows if row["role"] != Role.AGENCY_ADMIN]
        for grant in [*admins.values(), *grants]:
            audit.record(
                "duty.bootstrapped",
                actor="operator",
                subject=f"duty:{grant.pk}",
                detail={"agency": agency, "role": grant.role, "office": grant.office},
            )
    return len(admins) + len(grants)


def _administrators(agency: str, rows: Sequence[Row]) -> dict[str, DutyGrant]:
    people = {personal_id.normalise(row["personal_id"]): row for row in rows}
    # guard: bootstrap-needs-two
    if len(people) != 2 or len(rows) != 2:
        raise BootstrapRefused(f"{agency}: exactly two different administrators are needed")
    return {
        number: DutyGrant.objects.create(
            **_facts(number, row), approved_at=datetime.now(UTC), bootstrapped=True, role=Role.AGENCY_ADMIN
        )
        for number, row in people.items()
    }


def _first_grant(row: Row, admins: Mapping[str, DutyGrant]) -> DutyGrant:
    proposer, approver = admins.get(str(row["proposed_by"])), admins.get(str(row["approved_by"]))
    if proposer is None or approver is None or proposer == approver:
        raise BootstrapRefused("proposed_by and approved_by must be the two administrators, one each")
    number = personal_id.normalise(row["personal_id"])
    if number in admins:
        raise BootstrapRefused("an administrator gets no other role here")
    if row["role"] not in {role.value for role in Role}:
        raise BootstrapRefused("unknown role")
    return DutyGrant.objects.create(
        **_facts(number, row),
        role=row["role"],
        proposed_by=proposer,
        approved_by=approver,
        approved_at=datetime.now(UTC),
    )


def _facts(number: str, row: Row) -> dict[str, Any]:
    return {
        "personal_id": number,
        "full_name": row["full_name"],
        "agency": row["agency"],
        "office": row.get("office") or "",
        "position": row.get("position") or "",
        "valid_from": date.fromisoformat(row["valid_from"]) if row.get("valid_from") else country_time.today(),
        "valid_to": date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
        "proposed_at": datetime.now(UTC),
    }
