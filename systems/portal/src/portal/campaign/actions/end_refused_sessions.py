"""End the sessions of old logins whose date has passed, also those that have not asked for anything since.

Every request is judged anyway; this makes a session that the date has ended stay ended when the date moves back.
For an hour they are left alone, so that whoever comes back is told why instead of just being signed out.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from kernel import country_time
from portal.accounts import policy, policy_store
from portal.accounts.cutover import decide
from portal.accounts.models import LoginSession
from portal.accounts.session_store import SessionStore
from portal.accounts.sessions import LoginRecord

TELL_FOR = timedelta(hours=1)


def execute() -> int:
    """How many were ended. A policy that cannot be known ends nothing."""
    an_hour_ago = country_time.now() - TELL_FOR
    expired = cache(lambda kind, cohort: decide(policy_store.load(), kind, cohort, an_hour_ago).expired)
    ended = 0
    for row in LoginSession.objects.exclude(how__in=("", "eid")).exclude(how="sso", upstream_how="eid").iterator():
        data = SessionStore().decode(row.session_data).get("login")
        made_by = policy.old_account(LoginRecord.from_json(data)) if data else None
        if made_by is not None and expired(*made_by):
            row.delete()
            ended += 1
    return ended
