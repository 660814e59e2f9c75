"""Jobs: tell a province that a login has ended; remove what has outlived its purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from portal.sso import endings
from portal.sso.models import Grant, IssuedLogin, UsedLogoutToken

ISSUED_DAYS = 2
"""Sessions live eight hours, so nobody asks about a login that was handed out two days ago."""


@app.task(name="sso.tell_ended", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def tell_ended(sid: str) -> None:
    """Send the logout token; what the province asks itself later (session status) covers a long outage."""
    endings.tell(sid)


@app.periodic(cron="*/10 * * * *")
@app.task(name="sso.purge", queue="housekeeping", pass_context=False)
def purge(timestamp: int) -> None:
    """Remove used codes, old handed-out logins and used logout tokens."""
    now = datetime.now(UTC)
    Grant.objects.filter(expires__lt=now).delete()
    IssuedLogin.objects.filter(made_at__lt=now - timedelta(days=ISSUED_DAYS)).delete()
    UsedLogoutToken.objects.filter(used_at__lt=now - timedelta(hours=1)).delete()
