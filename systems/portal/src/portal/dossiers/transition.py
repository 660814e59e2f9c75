"""The one door through which a dossier changes its state: lock, judge by the table, write, log, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel import country_time
from portal.dossiers import clocks, events
from portal.dossiers.models import Dossier, DossierEvent, Origin
from portal.dossiers.outbox import enqueue
from portal.dossiers.states import CLOSED, Act, ActRefused, State, judge


@dataclass(frozen=True)
class By:
    """Who acts: the role of the table, the actor of the log, and (for officials) unit and name."""

    role: str
    actor: str
    unit: str = ""
    officer: str = ""


def locked(dossier_id: UUID) -> Dossier:
    """The dossier, locked for the caller's transaction. Raises ActRefused("NO_SUCH_DOSSIER")."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=dossier_id).first()
    if dossier is None:
        raise ActRefused("NO_SUCH_DOSSIER")
    return dossier


def move(
    dossier: Dossier,
    act: Act,
    by: By,
    *,
    reason: str = "",
    legal_ground: str = "",
    seen_state: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> DossierEvent:
    """Make the transition on a locked dossier. Raises ActRefused and writes nothing otherwise.

    `seen_state` is the state that the page showed: when somebody else was faster the act is refused, even if the
    table would allow it from the new state.
    """
    # guard: first-officer-wins
    if seen_state is not None and seen_state != dossier.state:
        raise ActRefused("STATE_CHANGED")
    row = judge(dossier.standing, act, by.role, reason=reason, legal_ground=legal_ground)
    now = country_time.now()
    _apply(dossier, act, row.target)
    if row.target is State.SUBMITTED:
        dossier.respond_by = clocks.respond_by(now)  # the clock starts again with a supplement
    if act is Act.ACCEPT:
        days = int(dossier.version.fact("working_days") or 0) if dossier.version else 0
        dossier.accepted_at = now
        dossier.appointment_at = clocks.result_due(now, days) if days else None
    if row.target in {State.DONE, State.REFUSED, State.NOT_ACCEPTED}:
        dossier.decided_at = now
    if row.target in CLOSED:
        dossier.closed_at = now
    dossier.save()
    note = {"reason": reason, "legal_ground": legal_ground, **(more or {})}
    event = events.append(
        dossier,
        act.value,
        actor=by.actor,
        unit=by.unit,
        officer=by.officer,
        note={key: value for key, value in note.items() if value},
        at=now,
    )
    if dossier.origin == Origin.RECEIVED:
        enqueue(dossier, "status", event.seq)
    return event


def _apply(dossier: Dossier, act: Act, target: State) -> None:
    if act is Act.REQUEST_SUPPLEMENT:
        dossier.returns_to = dossier.state
        if dossier.state == State.SUBMITTED:
            dossier.supplements_at_reception += 1
        else:
            dossier.supplements_at_processing += 1
    dossier.state = target
