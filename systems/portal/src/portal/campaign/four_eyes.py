"""Four eyes as a pure rule: who may decide about a proposal for the date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a decision is refused; stable codes."""

    NOT_WAITING = "NOT_WAITING"
    SAME_PERSON = "SAME_PERSON"
    OUT_OF_DATE = "OUT_OF_DATE"
    NO_REASON = "NO_REASON"
    NO_RETURN = "NO_RETURN"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: the actor (a duty, a command) and the person behind it (a blind index), None for no person."""

    actor: str
    person: bytes | None


def may_decide(
    *,
    state: str,
    proposer: Decider,
    decider: Decider,
    based_on: int,
    held: int,
    approve: bool,
    reason: str,
    no_return: bool = False,
) -> Refusal | None:
    """None when this decider may decide. A refusal of the proposal needs a reason; an approval a second person.

    `no_return`: it would move back a date because of which accounts were put away already.
    """
    if state != "waiting":
        return Refusal.NOT_WAITING
    # guard: policy-four-eyes
    if approve and _same(proposer, decider):
        return Refusal.SAME_PERSON
    if approve and based_on != held:
        return Refusal.OUT_OF_DATE
    # guard: point-of-no-return
    if approve and no_return:
        return Refusal.NO_RETURN
    if not approve and not reason.strip():
        return Refusal.NO_REASON
    return None


def _same(one: Decider, other: Decider) -> bool:
    """One actor, or one person in two roles. Who is not known to be a person is nobody's second pair of eyes."""
    return one.actor == other.actor or other.person is None or one.person == other.person
