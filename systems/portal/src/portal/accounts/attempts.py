"""Counting tries: failures of sign-in, codes sent, matches tried. Keys are blind, rows die after a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

from portal.accounts.models import Attempt
from portal.sealing import blind

KEEP = timedelta(days=2)


def count(action: str, key: str, window: timedelta) -> int:
    """How often `action` happened for `key` within the window."""
    since = datetime.now(UTC) - window
    return Attempt.objects.filter(action=action, key=blind(key, f"attempt.{action}"), at__gt=since).count()


def note(action: str, key: str) -> None:
    """Remember one more."""
    Attempt.objects.create(action=action, key=blind(key, f"attempt.{action}"), at=datetime.now(UTC))


def hold(action: str, key: str) -> None:
    """Let no other transaction count the same key until this one ends, so that parallel tries cannot slip through."""
    lock = int.from_bytes(blind(key, f"attempt.{action}")[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [lock])


def purge() -> int:
    """Remove what no rule counts any more."""
    return Attempt.objects.filter(at__lt=datetime.now(UTC) - KEEP).delete()[0]
