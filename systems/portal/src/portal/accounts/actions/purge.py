"""Remove what has outlived its purpose: codes, states, registrations, sessions, counters, used tokens.

The apps above add what they keep (`also`), so that one verb and one periodic job remove everything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from portal.accounts import attempts
from portal.accounts.models import LoginSession, OneTimeCode, Registration
from portal.eid_login.models import LoginState, UsedLogoutToken

_ALSO: dict[str, Callable[[], int]] = {}


def also(what: str, purge: Callable[[], int]) -> None:
    """`purge` removes `what` and says how many; called by the `ready()` of an app above."""
    _ALSO[what] = purge


def purge_all() -> dict[str, int]:
    """How many of each were removed."""
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    return {
        "codes": OneTimeCode.objects.filter(expires_at__lt=now - hour).delete()[0],
        "states": LoginState.objects.filter(expires_at__lt=now - hour).delete()[0],
        "logout_tokens": UsedLogoutToken.objects.filter(expires_at__lt=now).delete()[0],
        "registrations": Registration.objects.filter(created_at__lt=now - hour).delete()[0],
        "sessions": LoginSession.objects.filter(expire_date__lt=now).delete()[0],
        "attempts": attempts.purge(),
    } | {what: purge() for what, purge in _ALSO.items()}
