"""Jobs of the claim desk: effects whose 72 hours are over, second officers still to be drawn, unclaimed accounts."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from kernel import country_time
from portal.claims.actions import archive, draw_second, take_effect
from portal.claims.models import Claim
from portal.claims.states import State

log = logging.getLogger(__name__)


def work() -> dict[str, int]:
    """What is due now; safe to run at any time, twice, and beside itself."""
    done = {"effects": 0, "drawn": 0}
    due = Claim.objects.filter(state=State.GRANTED, effect_at__lte=country_time.now())
    for claim_id in list(due.values_list("pk", flat=True)):
        try:
            done["effects"] += take_effect.execute(claim_id) == "EFFECTIVE"
        except take_effect.EffectFailed as failed:
            log.error("claim %s cannot take effect: %s", claim_id, failed)
    undrawn = Claim.objects.filter(state=State.SECOND, second_grant=None)
    for claim_id in list(undrawn.values_list("pk", flat=True)):
        done["drawn"] += draw_second.execute(claim_id) is not None
    return done


@app.periodic(cron="* * * * *")
@app.task(name="claims.work", queueing_lock="claims.work", pass_context=False)
def work_now(timestamp: int) -> None:
    """Every minute; nobody waits longer than that for what is due."""
    work()


@app.periodic(cron="40 2 * * *")
@app.task(name="claims.archive", queueing_lock="claims.archive", pass_context=False)
def archive_unclaimed(timestamp: int) -> None:
    """Once a night."""
    log.info("archived %s accounts by rule", archive.unclaimed())
