"""Jobs of the campaign."""

from __future__ import annotations

from procrastinate.contrib.django import app

from portal.campaign.actions import end_refused_sessions as act


@app.periodic(cron="*/10 * * * *")
@app.task(name="campaign.end_refused_sessions", queueing_lock="campaign.end_refused_sessions", pass_context=False)
def end_refused_sessions(timestamp: int) -> None:
    """Sessions that the date ended an hour ago are deleted, not only refused."""
    act.execute()
