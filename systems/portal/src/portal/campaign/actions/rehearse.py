"""The dress rehearsal: the rules of the date judge every account and session of a copy, and what they say is counted.

The copy is a snapshot that PostgreSQL keeps for one read-only transaction: the whole database as it is at this moment,
while people work on. Nothing can be written in it, so nothing can remain
(docs/decisions/2026-11-24-rehearsal-on-a-snapshot.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from portal.accounts import audit, conservation, policy_store
from portal.accounts.cutover import Code, Copy, decide
from portal.accounts.models import LoginSession, PortalAccount, State
from portal.campaign.models import Rehearsal
from portal.campaign.progress import HELD, PEOPLE

WAYS_ON = (State.OPEN, State.MATCHED, State.CONFLICT, State.WAITING)


def execute(actor: str) -> Rehearsal:
    """Play the date, keep what was found."""
    with _copy():
        found = _played()
    good = not found["faults"] and not found["old_sessions_left"] and not found["accounts_left"]
    made = Rehearsal.objects.create(by=actor, found=found, good=good)
    audit.record("campaign.rehearsed", actor=actor, subject="campaign", detail={"good": good})
    return made


@contextmanager
def _copy() -> Iterator[None]:
    """Everything as it is now, to read."""
    alone = not connection.in_atomic_block  # else the moment, and what may be written, are somebody else's (a test's)
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            # guard: rehearsal-can-write-nothing
            cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _played() -> dict[str, Any]:
    """Each account and session, judged in the second of its own date."""
    held = policy_store.load().current

    @cache
    def refused(kind: str, cohort: str) -> bool:
        rule = held.rule_for(kind, cohort) if held else None
        if rule is None:
            return False
        code = decide(Copy(held, timedelta(0)), kind, cohort, rule.ends_at).code
        return code is Code.CUTOFF_PASSED

    states: dict[str, int] = {}
    left = 0
    accounts = PortalAccount.objects.filter(kind__in=PEOPLE).values_list("kind", "cohort", "state")
    for kind, cohort, state, number in accounts.annotate(number=Count("pk")):
        states[state] = states.get(state, 0) + number
        left += 0 if refused(kind, cohort) else number
    ended = kept = 0
    sessions = LoginSession.objects.filter(how="old", portal_account__kind__in=PEOPLE)
    by_account = sessions.values_list("portal_account__kind", "portal_account__cohort")
    for kind, cohort, number in by_account.annotate(number=Count("pk")):
        ended, kept = (ended + number, kept) if refused(kind, cohort) else (ended, kept + number)
    going = sum(states.get(state, 0) for state in WAYS_ON)
    return {
        "refused_from_the_date": going,
        "sign_in_with_eid": sum(states.get(state, 0) for state in HELD),
        "late_link": states.get(State.MATCHED, 0),
        "claim_desk": going - states.get(State.MATCHED, 0),
        "exempt": states.get(State.EXEMPT, 0),
        "sessions_ended": ended,
        "old_sessions_left": kept,
        "accounts_left": left,
        "faults": conservation.faults(),
    }
