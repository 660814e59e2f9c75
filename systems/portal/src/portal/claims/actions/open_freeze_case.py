"""A freeze opens a case at the desk by itself: the account is read-only until two officers have decided."""

from __future__ import annotations

from typing import Any

from kernel import country_time
from kernel.working_days import national_calendar
from portal.accounts.models import AccountLink, PortalAccount
from portal.claims import states
from portal.claims.actions.ask import new_reference
from portal.claims.models import Claim
from portal.claims.states import Kind, State


def open_case(account: PortalAccount, link: AccountLink | None, **_signal: Any) -> None:
    """In the transaction of the freeze. One open case for one account."""
    if link is None or Claim.objects.filter(portal_account=account, kind=Kind.FREEZE, state__in=states.OPEN).exists():
        return
    now = country_time.now()
    Claim.objects.create(
        reference=new_reference(),
        kind=Kind.FREEZE,
        profile_id=link.profile_id,
        portal_account=account,
        contact="",
        reason="",
        eid_level=link.level,
        made_at=now,
        due_at=states.due(State.FIRST, now, national_calendar(), appeal=False),
    )
