"""What exchange removes: the traces of messages that were delivered or heard long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.exchange.models import IncomingMessage, OutgoingMessage

HEARD_DAYS = 90
"""How long a `jti` is remembered; a message is tried for ever, but no portal is away for longer unnoticed."""
SENT_DAYS = 30


def purge() -> int:
    """How many were removed."""
    now = datetime.now(UTC)
    heard = IncomingMessage.objects.filter(received_at__lt=now - timedelta(days=HEARD_DAYS))
    sent = OutgoingMessage.objects.filter(delivered_at__lt=now - timedelta(days=SENT_DAYS))
    return heard.delete()[0] + sent.delete()[0]
