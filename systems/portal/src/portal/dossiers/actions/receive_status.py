"""What became of a dossier that this portal handed over. Out of order or twice, the newest word counts once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from portal.dossiers import events
from portal.dossiers.models import Dossier, Origin
from portal.dossiers.notices import tell_owner
from portal.dossiers.states import CLOSED, State

_NOTICE = {
    State.ACCEPTED: "dossier-accepted",
    State.NOT_ACCEPTED: "dossier-not-accepted",
    State.SUPPLEMENT_REQUESTED: "dossier-supplement",
}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def receive_status(data: Mapping[str, Any], peer: str) -> bool:
    """Apply a status; False when it is not news. Raises LookupError for a dossier that was never handed to `peer`."""
    with transaction.atomic():
        rows = Dossier.objects.select_for_update(of=("self",))
        dossier = rows.filter(reference=UUID(data["reference"]), peer=peer, origin=Origin.HANDED_OVER).first()
        if dossier is None:
            raise LookupError("not handed over to this portal")
        # guard: newest-status-wins
        if data["seq"] <= dossier.peer_seq:
            return False
        dossier.peer_seq = data["seq"]
        dossier.code = dossier.code or data["code"]
        dossier.state = State(data["state"])
        dossier.respond_by = _moment(data["respond_by"])
        dossier.appointment_at = _moment(data["appointment_at"])
        if dossier.state in CLOSED:
            dossier.closed_at = _moment(data["at"])
        dossier.save()
        if "message_seq" not in data["note"]:  # else it came from here, and the person's own event stands already
            note = {**data["note"], "unit_name": data["unit"]}
            at = _moment(data["at"])
            events.append(dossier, data["act"], actor=f"peer:{peer}", officer=data["officer"], note=note, at=at)
            key = _NOTICE.get(State(dossier.state))
            if key:
                transaction.on_commit(lambda: tell_owner(dossier, key))
    return True
