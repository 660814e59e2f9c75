"""The job that tells a province that a login has ended."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from portal.sso import endings


@app.task(name="sso.tell_ended", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def tell_ended(sid: str) -> None:
    """Send the logout token; what the province asks itself later (session status) covers a long outage."""
    endings.tell(sid)
