"""The life of a dossier as a table: which act leads from which state to which, and who may do it.

Serves Decree 61/2018 and its successor 118/2025 (one-stop rules), Decree 45/2020 Art 11 (8 working hours, one complete
supplement request) and the national status list of ten codes (`facts.md` 2.8, 6.2). Pure: no Django, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Business state only; payment, delivery and sync are kept apart."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DONE = "done"
    REFUSED = "refused"
    RESULT_RETURNED = "result_returned"


NATIONAL_CODE: dict[State, int] = {
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.NOT_ACCEPTED: 3,
    State.PROCESSING: 4,
    State.SUPPLEMENT_REQUESTED: 5,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.DONE: 9,
    State.REFUSED: 9,
    State.RESULT_RETURNED: 10,
}

CLOSED = frozenset(
    {
        State.NOT_ACCEPTED,
        State.WITHDRAWN,
        State.STOPPED,
        State.DONE,
        State.REFUSED,
        State.RESULT_RETURNED,
    }
)

CITIZEN = "citizen"
SYSTEM = "system"
RECEPTION = "reception_officer"
PROCESSING = "processing_officer"
APPROVER = "approver"


class Act(StrEnum):
    """What can be done to a dossier; each is one file in `dossiers/actions/` or `desk/actions/`."""

    ACCEPT = "accept"
    REFUSE_RECEPTION = "refuse_reception"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"
    START = "start"
    COMPLETE = "complete"
    REFUSE = "refuse"
    RETURN_RESULT = "return_result"
    STOP = "stop"


@dataclass(frozen=True)
class Transition:
    """One row of the table. `needs_reason`: the person is told why; `needs_ground`: and by which law."""

    act: Act
    source: State
    target: State
    roles: frozenset[str]
    needs_reason: bool = False
    needs_ground: bool = False


def _row(act: Act, source: State, target: State, *roles: str, reason: bool = False, ground: bool = False) -> Transition:
    return Transition(act, source, target, frozenset(roles), reason, ground)


TABLE: tuple[Transition, ...] = (
    _row(Act.ACCEPT, State.SUBMITTED, State.ACCEPTED, RECEPTION),
    _row(Act.REFUSE_RECEPTION, State.SUBMITTED, State.NOT_ACCEPTED, RECEPTION, reason=True, ground=True),
    _row(Act.REQUEST_SUPPLEMENT, State.SUBMITTED, State.SUPPLEMENT_REQUESTED, RECEPTION, reason=True),
    _row(Act.REQUEST_SUPPLEMENT, State.PROCESSING, State.SUPPLEMENT_REQUESTED, PROCESSING, reason=True),
    _row(Act.SUPPLEMENT, State.SUPPLEMENT_REQUESTED, State.SUBMITTED, CITIZEN),
    _row(Act.SUPPLEMENT, State.SUPPLEMENT_REQUESTED, State.PROCESSING, CITIZEN),
    _row(Act.WITHDRAW, State.SUBMITTED, State.WITHDRAWN, CITIZEN),
    _row(Act.WITHDRAW, State.SUPPLEMENT_REQUESTED, State.WITHDRAWN, CITIZEN),
    _row(Act.WITHDRAW, State.ACCEPTED, State.WITHDRAWN, CITIZEN),
    _row(Act.WITHDRAW, State.PROCESSING, State.WITHDRAWN, CITIZEN),
    _row(Act.START, State.ACCEPTED, State.PROCESSING, RECEPTION, PROCESSING),
    _row(Act.COMPLETE, State.PROCESSING, State.DONE, APPROVER),
    _row(Act.REFUSE, State.PROCESSING, State.REFUSED, APPROVER, reason=True, ground=True),
    _row(Act.RETURN_RESULT, State.DONE, State.RESULT_RETURNED, RECEPTION),
    _row(Act.STOP, State.SUPPLEMENT_REQUESTED, State.STOPPED, SYSTEM, reason=True),
)

#: The law allows one complete supplement request per stage (Decree 61/2018 Art 19; rule 19 of `facts.md` 11).
SUPPLEMENT_REQUESTS_PER_STAGE = 1


class ActRefused(Exception):
    """An act that the table, the role or the law does not allow; `code` is stable and has its own text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a dossier: its state, how often each stage asked for a supplement, and
    the state to which the citizen's supplement returns (the one that asked)."""

    state: State
    returns_to: State = State.SUBMITTED
    supplements_at_reception: int = 0
    supplements_at_processing: int = 0


def judge(standing: Standing, act: Act, role: str, *, reason: str = "", legal_ground: str = "") -> Transition:
    """The transition that `act` by `role` makes now; raises `ActRefused` and changes nothing otherwise."""
    rows = [row for row in TABLE if row.act is act and row.source is standing.state]
    if act is Act.SUPPLEMENT:
        rows = [row for row in rows if row.target is standing.returns_to]
    if not rows:
        raise ActRefused("STATE_CHANGED")
    row = rows[0]
    if role not in row.roles:
        raise ActRefused("ROLE_NOT_ALLOWED")
    if row.needs_reason and not reason.strip():
        raise ActRefused("REASON_MISSING")
    if row.needs_ground and not legal_ground.strip():
        raise ActRefused("LEGAL_GROUND_MISSING")
    if act is Act.REQUEST_SUPPLEMENT:
        asked = (
            standing.supplements_at_reception
            if standing.state is State.SUBMITTED
            else standing.supplements_at_processing
        )
        # guard: one-supplement-per-stage
        if asked >= SUPPLEMENT_REQUESTS_PER_STAGE:
            raise ActRefused("SUPPLEMENT_ALREADY_ASKED")
    return row


def possible(standing: Standing, role: str) -> tuple[Act, ...]:
    """The acts that a page may offer to `role` now, in the order of the table."""
    acts: list[Act] = []
    for row in TABLE:
        if row.source is not standing.state or role not in row.roles or row.act in acts:
            continue
        try:
            judge(standing, row.act, role, reason="-", legal_ground="-")
        except ActRefused:
            continue
        acts.append(row.act)
    return tuple(acts)
