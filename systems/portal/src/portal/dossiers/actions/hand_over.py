"""What a message of the outbox says to the other portal, and what becomes of it. `exchange` signs, seals and carries.

Files do not travel in the message: it names them with their keys, and the receiver fetches their sealed bytes in
parts before it takes the dossier in. So a dossier arrives with all its papers or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from portal.accounts.between_portals import DOSSIERS_PATH, EVENTS_PATH
from portal.catalogue.models import Office
from portal.dossiers.models import Dossier, DossierEvent, DossierFile, Outgoing

_BACK_OFF_SECONDS = (2, 5, 15, 60, 300)


@dataclass(frozen=True)
class Letter:
    """One message: its type and path, what may be read on the way, and what only the receiver can open."""

    type: str
    path: str
    body: dict[str, Any]
    secret: dict[str, Any]


def _files(dossier: Dossier, stage: int) -> list[dict[str, Any]]:
    rows = DossierFile.objects.filter(dossier=dossier, stage=stage).select_related("stored").order_by("id")
    return [
        {
            "id": str(row.stored.id),
            "field_id": row.field_id,
            "name": row.stored.name,
            "sha256": row.stored.sha256,
            "key": row.stored.file_key,
        }
        for row in rows
    ]


def letter(outgoing: Outgoing) -> Letter:
    """The message of one row of the outbox, whole in itself. Times are ISO with offset."""
    dossier = outgoing.dossier
    event = dossier.events.get(seq=outgoing.event_seq)
    note = event.read_note()
    head = {"kind": outgoing.kind, "reference": str(dossier.reference), "seq": event.seq, "at": event.at.isoformat()}
    if outgoing.kind == "status":
        return Letter(
            "dossier-status", EVENTS_PATH, head | _status(dossier, event), {"officer": event.officer, "note": note}
        )
    if outgoing.kind == "withdrawal":
        return Letter("dossier", DOSSIERS_PATH, head, {"reason": note.get("reason", "")})
    if outgoing.kind == "supplement":
        stage = dossier.supplements_at_reception + dossier.supplements_at_processing
        return Letter(
            "dossier", DOSSIERS_PATH, head, {"message": note.get("message", ""), "files": _files(dossier, stage)}
        )
    version = dossier.version.number if dossier.version else None
    what = {"procedure_code": dossier.procedure_code, "version": version, "office_code": dossier.office_code}
    stated = {"applicant": dossier.who, "answers": dossier.read_answers(), "vouched": dossier.read_vouched()}
    return Letter("dossier", DOSSIERS_PATH, head | what, stated | {"files": _files(dossier, 0)})


def _status(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    office = Office.objects.filter(code=event.unit).first()
    return {
        "code": dossier.code,
        "act": event.act,
        "state": event.state,
        "unit": office.name_vi if office else "",
        "respond_by": dossier.respond_by.isoformat() if dossier.respond_by else None,
        "appointment_at": dossier.appointment_at.isoformat() if dossier.appointment_at else None,
    }


def delivered(outgoing: Outgoing, answer: dict[str, Any]) -> None:
    """The other portal has it: note that, and keep the code it gave. Raises ValueError for another code than before."""
    with transaction.atomic():
        row = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
        if outgoing.kind == "dossier":
            dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=row.dossier_id)
            if dossier.code not in (None, answer["code"]):
                raise ValueError("a dossier has exactly one code")
            dossier.code = answer["code"]
            dossier.save(update_fields=["code"])
        row.delivered_at = datetime.now(UTC)
        row.save(update_fields=["delivered_at"])


def failed(outgoing: Outgoing) -> None:
    """Not delivered: try again later, ever more slowly, never giving up."""
    wait = _BACK_OFF_SECONDS[min(outgoing.attempts, len(_BACK_OFF_SECONDS) - 1)]
    Outgoing.objects.filter(pk=outgoing.pk).update(
        attempts=outgoing.attempts + 1, next_attempt_at=datetime.now(UTC) + timedelta(seconds=wait)
    )


def refused(outgoing: Outgoing, code: str) -> None:
    """The other portal will never take this message: kept with its reason for staff, not sent again."""
    Outgoing.objects.filter(pk=outgoing.pk).update(delivered_at=datetime.now(UTC), refused_with=code[:40])
