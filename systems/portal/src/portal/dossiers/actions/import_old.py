"""Dossiers that an old account brings along: kept as they are, with a code of the day on which they were filed.

The state comes as a national code, 1 to 10 (`facts.md` 2.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.country_time import VIETNAM
from portal.catalogue.models import ProcedureVersion
from portal.config import CONFIG
from portal.dossiers import codes, events
from portal.dossiers.models import Dossier, Origin
from portal.dossiers.states import CLOSED, NATIONAL_CODE, State

_STATE_OF = {code: state for state, code in NATIONAL_CODE.items() if state is not State.REFUSED}


def import_old(profile_id: UUID, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write `{"procedure_code", "submitted_at", "status", "code"?}` rows for a profile; returns how many."""
    count = 0
    for row in rows:
        at = datetime.fromisoformat(str(row["submitted_at"]))
        at = at if at.tzinfo else at.replace(tzinfo=VIETNAM)
        state = _STATE_OF[int(row["status"])]
        version = ProcedureVersion.objects.filter(procedure_id=row["procedure_code"]).order_by("number").first()
        dossier = Dossier.objects.create(
            code=row.get("code") or codes.next_code(CONFIG.agency_code, at.astimezone(VIETNAM).date()),
            profile_id=profile_id,
            version=version,
            procedure_code=row["procedure_code"],
            origin=Origin.OLD_ACCOUNT,
            state=state,
            submitted_at=at,
            closed_at=at if state in CLOSED else None,
        )
        events.append(dossier, "import", actor="system", at=at)
        count += 1
    return count
