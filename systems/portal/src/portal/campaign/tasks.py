"""Jobs of the campaign."""

from __future__ import annotations

from procrastinate.contrib.django import app

from portal.campaign.actions import end_refused_sessions as act
from portal.campaign.actions import exempt, send_notices


@app.periodic(cron="*/10 * * * *")
@app.task(name="campaign.end_refused_sessions", queueing_lock="campaign.end_refused_sessions", pass_context=False)
def end_refused_sessions(timestamp: int) -> None:
    """Sessions that the date ended an hour ago are deleted, not only refused."""
    act.execute()


@app.periodic(cron="*/5 7-20 * * *")
@app.task(name="campaign.send_notices", queueing_lock="campaign.send_notices", pass_context=False)
def send(timestamp: int) -> None:
    """Notices of the running waves, by day."""
    send_notices.execute()


@app.periodic(cron="10 0 * * *")
@app.task(name="campaign.end_exemptions", queueing_lock="campaign.end_exemptions", pass_context=False)
def end_exemptions(timestamp: int) -> None:
    """Exemptions end on their day."""
    exempt.end_over()
