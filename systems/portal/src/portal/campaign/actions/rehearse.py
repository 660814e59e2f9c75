"""The dress rehearsal: everything that the date would do is done, counted and taken back in one transaction.

It works on the real records as they are at this moment and leaves none of them changed; sessions and accounts of
people are locked for nobody (the snapshot is the database's own).
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from portal.accounts import audit, conservation
from portal.accounts.models import LoginSession, PortalAccount, State
from portal.campaign.models import Rehearsal
from portal.campaign.progress import HELD, PEOPLE

WAYS_ON = (State.OPEN, State.MATCHED, State.CONFLICT, State.WAITING)


def execute(actor: str) -> Rehearsal:
    """Play the date, keep what was found."""
    found: dict[str, Any] = {}
    with transaction.atomic():
        before = _states()
        found["refused_from_the_date"] = sum(before.get(state, 0) for state in WAYS_ON)
        found["sign_in_with_eid"] = sum(before.get(state, 0) for state in HELD)
        found["late_link"] = before.get(State.MATCHED, 0)
        found["claim_desk"] = found["refused_from_the_date"] - found["late_link"]
        found["exempt"] = before.get(State.EXEMPT, 0)
        found["sessions_ended"] = LoginSession.objects.filter(how="old").delete()[0]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from accounts_loginsession where how = 'old'")
            found["old_sessions_left"] = cursor.fetchone()[0]
        found["faults"] = conservation.faults()
        found["states_unchanged"] = _states() == before
        transaction.set_rollback(True)
    good = not found["faults"] and not found["old_sessions_left"] and found["states_unchanged"]
    made = Rehearsal.objects.create(by=actor, found=found, good=good)
    audit.record("campaign.rehearsed", actor=actor, subject="campaign", detail={"good": good})
    return made


def _states() -> dict[str, int]:
    counted: dict[str, int] = {}
    for state in PortalAccount.objects.filter(kind__in=PEOPLE).values_list("state", flat=True).iterator():
        counted[state] = counted.get(state, 0) + 1
    return counted
