"""The audit chain: every entry carries the hash of the one before, written in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from portal.accounts.models import AuditEntry

CHAIN_LOCK = 7_001_924  # advisory lock: one writer at a time, so that the chain has no forks
GENESIS = "0" * 64


def _digest(entry: AuditEntry) -> str:
    fields = [entry.previous_hash, entry.at.isoformat(), entry.event, entry.actor, entry.subject, entry.detail]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def record(event: str, *, actor: str, subject: str, detail: dict[str, Any] | None = None) -> AuditEntry:
    """Append an entry; call it inside the transaction of the act (it locks the chain until commit).

    `actor` and `subject` are opaque ids (`account:<uuid>`, `duty:<uuid>`, `system`); `detail` holds codes, counts and
    hashes, never a name, number, phone, address or token.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEntry.objects.order_by("-id").values_list("entry_hash", flat=True).first()
        entry = AuditEntry(
            at=datetime.now(UTC),
            event=event,
            actor=actor,
            subject=subject,
            detail=detail or {},
            previous_hash=last or GENESIS,
        )
        entry.entry_hash = _digest(entry)
        entry.save(force_insert=True)
    return entry


def broken_at() -> int | None:
    """The id of the first entry that does not fit the chain, None when it is whole."""
    previous = GENESIS
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.previous_hash != previous or _digest(entry) != entry.entry_hash:
            return int(entry.pk)
        previous = entry.entry_hash
    return None
