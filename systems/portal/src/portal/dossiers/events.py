"""The event log of a dossier: every event covers the one before with its hash, and is written with the act itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kernel import country_time
from portal.dossiers.models import Dossier, DossierEvent
from portal.sealing import blind

GENESIS = "0" * 64


def _hash(event: DossierEvent) -> str:
    # Sealed parts enter by a keyed hash, so that the plain hash column tells nothing to who holds a dump.
    sealed = blind(f"{event.officer}\n{event.note}", "dossier_event").hex()
    plain = [
        event.previous_hash,
        str(event.dossier_id),
        event.seq,
        event.at.isoformat(),
        event.act,
        event.state,
        event.actor,
        event.unit,
        sealed,
    ]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def append(
    dossier: Dossier,
    act: str,
    *,
    actor: str,
    unit: str = "",
    officer: str = "",
    note: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> DossierEvent:
    """Write the next event of a dossier that the caller has locked; `at` is the country's time, by default now."""
    last = dossier.events.order_by("-seq").first()
    event = DossierEvent(
        dossier=dossier,
        seq=last.seq + 1 if last else 1,
        at=at or country_time.now(),
        act=act,
        state=dossier.state,
        actor=actor,
        unit=unit,
        officer=officer,
        note=json.dumps(dict(note or {}), ensure_ascii=False, sort_keys=True),
        previous_hash=last.event_hash if last else GENESIS,
    )
    event.at = event.at.astimezone(country_time.VIETNAM)
    event.event_hash = _hash(event)
    event.save(force_insert=True)
    return event


def broken_at(dossier: Dossier) -> int | None:
    """The `seq` of the first event that does not fit the chain, None when it is whole."""
    previous = GENESIS
    for number, event in enumerate(dossier.events.order_by("seq"), start=1):
        event.at = event.at.astimezone(country_time.VIETNAM)
        if event.seq != number or event.previous_hash != previous or _hash(event) != event.event_hash:
            return event.seq
        previous = event.event_hash
    return None
