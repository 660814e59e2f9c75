"""Whose profile a person enters at a province, who comes by one of two doors. Pure: facts in, decision out.

Architecture section 4, "A provincial account has two doors": they are joined by the national portal's verified link
or by one flow through both, never by a name, a phone or a number that somebody typed; otherwise the person is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID


class Way(StrEnum):
    """What happens to somebody who arrives."""

    ENTER = "enter"
    NEW = "new"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known about who arrives `by` a door.

    `eid` and `national`: the profiles behind the doors that were shown in this browser within one flow. `awaited`:
    profiles of old accounts whose owner, says the national portal's link, has the number that this e-ID has proven.
    `one_person`: both doors were shown in one flow, the one at the national portal was made with the e-ID, and the
    national portal confirms that its account belongs to the proven number.
    """

    by: Literal["eid", "sso"]
    eid: UUID | None
    national: UUID | None
    awaited: tuple[UUID, ...]
    one_person: bool
    said_first_time: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Enter `profile` (None: a fresh one), taking along the doors and papers of `absorbs`."""

    way: Way
    profile: UUID | None = None
    absorbs: tuple[UUID, ...] = ()


def decide(arrival: Arrival) -> Entry:
    """Enter what is proven to be this person's; an old account's profile is taken along, so that it can go back."""
    own, comes_along = _proven(arrival)
    if own:
        rest = dict.fromkeys((*own[1:], *comes_along))
        return Entry(Way.ENTER, own[0], tuple(each for each in rest if each != own[0]))
    if comes_along or arrival.said_first_time or arrival.one_person:
        return Entry(Way.NEW, absorbs=comes_along)
    return Entry(Way.ASK)


def _proven(arrival: Arrival) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """The person's own profiles, and those of old accounts that were linked to the person."""
    eid, national = ((each,) if each else () for each in (arrival.eid, arrival.national))
    # guard: doors-joined-by-proof-only
    if arrival.one_person:
        return (*eid, *national), arrival.awaited
    if arrival.by == "eid":
        return eid, arrival.awaited
    return national, ()
