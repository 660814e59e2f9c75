"""Jobs of `dossiers`: hand over what waits, stop what was never supplemented."""

from __future__ import annotations

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from portal.accounts import register_client
from portal.dossiers import between
from portal.dossiers.actions.stop_unanswered import stop_unanswered
from portal.dossiers.models import Draft
from portal.dossiers.prefill import ANSWERED


@app.task(name="dossiers.hand_over")
def hand_over(peer: str) -> None:
    """Send what is due for one portal; again at once while more became due."""
    while between.send_waiting(peer):
        pass


def defer_hand_over(peer: str) -> None:
    """One job for a portal is enough: it sends everything that is due."""
    try:
        with transaction.atomic():  # a job that is there already must not undo the act
            hand_over.configure(lock=f"dossiers:{peer}", queueing_lock=f"dossiers:{peer}").defer(peer=peer)
    except AlreadyEnqueued:
        return


@app.task(name="dossiers.close_reference", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def close_reference(ref: str) -> None:
    """Tell the register that this portal has no more reason to ask about a draft or dossier."""
    register_client.register().close(register_client.Reference("dossier", ref))


def defer_close_reference(draft: Draft) -> None:
    """Queue that, in the transaction of the act that ends the draft; nothing to say where nothing was answered."""
    if draft.register_state == ANSWERED:
        close_reference.defer(ref=str(draft.pk))


@app.periodic(cron="* * * * * */10")
@app.task(name="dossiers.hand_over_again", queueing_lock="dossiers.hand_over_again", pass_context=False)
def hand_over_again(timestamp: int) -> None:
    """What could not be delivered is tried again when it is due."""
    for peer in between.peers_waiting():
        defer_hand_over(peer)


@app.periodic(cron="*/10 * * * *")
@app.task(name="dossiers.housekeeping", queueing_lock="dossiers.housekeeping", pass_context=False)
def housekeeping(timestamp: int) -> None:
    """Stop dossiers that were never supplemented."""
    stop_unanswered()
