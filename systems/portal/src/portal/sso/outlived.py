"""What sso removes: used codes, old handed-out logins, used logout tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.sso.models import Grant, IssuedLogin, UsedLogoutToken

ISSUED_DAYS = 2
"""Sessions live eight hours, so nobody asks about a login that was handed out two days ago."""


def purge() -> int:
    """How many were removed."""
    now = datetime.now(UTC)
    outlived = (
        Grant.objects.filter(expires__lt=now),
        IssuedLogin.objects.filter(made_at__lt=now - timedelta(days=ISSUED_DAYS)),
        UsedLogoutToken.objects.filter(used_at__lt=now - timedelta(hours=1)),
    )
    return sum(rows.delete()[0] for rows in outlived)
