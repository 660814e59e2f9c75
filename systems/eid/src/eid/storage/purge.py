"""Removes what has outlived its purpose. Audit and consents stay five years (Decree 69/2024)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from eid.storage.database import Database

_RULES: Final = (
    ("pushed_requests", "expires_at < $1", timedelta(hours=1)),
    ("used_ids", "expires_at < $1", timedelta(0)),
    ("rate_limits", "window_end < $1", timedelta(0)),
    ("interactions", "created_at < $1", timedelta(days=1)),
    ("logout_queue", "coalesce(delivered_at, given_up_at) < $1", timedelta(days=30)),
    ("notice_queue", "coalesce(delivered_at, given_up_at) < $1", timedelta(days=30)),
    ("signal_outbox", "settled_at < $1", timedelta(days=30)),
    ("signal_outbox", "queued_at < $1", timedelta(days=7)),
    ("register_events", "account_id is null and received_at < $1", timedelta(days=7)),
    ("refresh_families", "least(expires_at, used_at + interval '30 days') < $1", timedelta(days=1)),
    ("pending_requests", "expires_at < $1", timedelta(days=1)),
    ("revoked_tokens", "expires_at < $1", timedelta(0)),
    (
        "grants",
        "created_at < $1 and not exists (select 1 from refresh_families f where f.grant_id = grants.id)",
        timedelta(days=30),
    ),
    (
        "sessions",
        "created_at < $1 and not exists (select 1 from grants g where g.session_id = sessions.id)",
        timedelta(days=31),
    ),
    ("register_events", "happened_at < $1", timedelta(days=5 * 366)),
    ("notices", "account_id is null and received_at < $1", timedelta(days=7)),
    ("notices", "received_at < $1", timedelta(days=5 * 366)),
    ("consents", "revoked_at < $1", timedelta(days=5 * 366)),
    ("audit", "at < $1", timedelta(days=5 * 366)),
)


async def purge(database: Database, now: datetime) -> dict[str, int]:
    """Apply the table above; returns how many rows went, per table."""
    gone: dict[str, int] = {}
    for table, condition, keep in _RULES:
        status = await database.pool.execute(f"delete from {table} where {condition}", now - keep)  # noqa: S608 - our own table above
        gone[table] = gone.get(table, 0) + int(status.rpartition(" ")[2])
    return gone
