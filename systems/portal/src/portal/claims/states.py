"""The life of a claim: its kinds, its states, and which follows which. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kernel.working_days import Calendar

FIRST_DAYS, SECOND_DAYS, REVIEW_DAYS, APPEAL_DAYS = 3, 2, 2, 10
"""Working days of the desk: first opinion, second opinion, review, an appealed claim as a whole."""
APPEAL_WITHIN = timedelta(days=30)
EFFECT_AFTER = timedelta(hours=72)


class Kind(StrEnum):
    """What is asked for."""

    ACCOUNT = "account"
    HEIR = "heir"
    FREEZE = "freeze"


class State(StrEnum):
    """At every moment exactly one."""

    FIRST = "first"
    MORE = "more"
    SECOND = "second"
    GRANTED = "granted"
    STOPPED = "stopped"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


FOLLOWS: dict[State, frozenset[State]] = {
    State.FIRST: frozenset({State.SECOND, State.MORE, State.WITHDRAWN}),
    State.MORE: frozenset({State.FIRST, State.WITHDRAWN}),
    State.SECOND: frozenset({State.GRANTED, State.REFUSED, State.FIRST, State.WITHDRAWN}),
    State.GRANTED: frozenset({State.EFFECTIVE, State.STOPPED, State.REFUSED, State.WITHDRAWN}),
    State.STOPPED: frozenset({State.GRANTED, State.REFUSED}),
    State.REFUSED: frozenset({State.FIRST}),
    State.EFFECTIVE: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset({State.FIRST, State.MORE, State.SECOND, State.GRANTED, State.STOPPED})
MAY_PROVE = frozenset({State.FIRST, State.MORE})


class StepRefused(Exception):
    """The claim is not in a state from which this is possible; nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_follow(now: State, then: State) -> bool:
    """Is this step in the table?"""
    return then in FOLLOWS[State(now)]


def due(state: State, since: datetime, calendar: Calendar, *, appeal: bool) -> datetime | None:
    """When the desk must have acted on a claim that came into `state` then; None when the desk is not asked."""
    days = {State.FIRST: FIRST_DAYS, State.SECOND: SECOND_DAYS, State.STOPPED: REVIEW_DAYS}.get(State(state))
    if days is None:
        return None
    return calendar.deadline_in_days(since, APPEAL_DAYS if appeal and state is State.FIRST else days)


def may_appeal(*, state: State, round_: int, decided_at: datetime | None, now: datetime) -> bool:
    """Once, within 30 days of the refusal."""
    return state is State.REFUSED and round_ == 1 and decided_at is not None and now - decided_at <= APPEAL_WITHIN
