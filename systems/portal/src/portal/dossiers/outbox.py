"""What another portal must be told: written with the act, sent in order by a job until it was taken."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.dossiers.models import Dossier, Outgoing


def enqueue(dossier: Dossier, kind: str, event_seq: int) -> Outgoing:
    """Put a message about one event into the outbox, with the job that sends it, in the transaction of the act."""
    from portal.dossiers.tasks import defer_hand_over

    row = Outgoing.objects.create(
        kind=kind, peer=dossier.peer, dossier=dossier, event_seq=event_seq, made_at=datetime.now(UTC)
    )
    defer_hand_over(row.peer)
    return row


def waiting(peer: str, limit: int = 50) -> list[Outgoing]:
    """The undelivered messages of a peer that are due, oldest first, one dossier's never out of order."""
    rows = Outgoing.objects.filter(peer=peer, delivered_at=None).select_related("dossier").order_by("id")[:limit]
    now, blocked, due = datetime.now(UTC), set(), []
    for row in rows:
        if row.dossier_id in blocked:
            continue
        blocked.add(row.dossier_id)
        if row.next_attempt_at is None or row.next_attempt_at <= now:
            due.append(row)
    return due
