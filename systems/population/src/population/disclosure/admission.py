"""Which of the calls that wait together may be answered. Pure: facts in, one ruling for each call out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from population.disclosure.purposes import Reference
from population.disclosure.quota import Limit

Key: TypeAlias = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Ask:
    """A call before it is answered: who, by which version of his registration, in whose name, against which limits.

    ``count`` is the number of people asked for: one, or the rows of a bulk.
    """

    client_id: str
    registration: int
    reference: Reference
    limits: tuple[Limit, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Ruling:
    """``admitted``; or ``stale`` (the registration changed meanwhile: decide again), ``unknown_reference``, or
    ``quota`` with the ``scope`` of the limit that was reached."""

    word: Literal["admitted", "stale", "unknown_reference", "quota"]
    scope: str = ""


ADMITTED, STALE, UNKNOWN_REFERENCE = Ruling("admitted"), Ruling("stale"), Ruling("unknown_reference")


def decide(
    asks: Sequence[Ask],
    registrations: Mapping[str, int],
    open_references: frozenset[tuple[str, Reference]],
    used: Mapping[Key, int],
) -> tuple[list[Ruling], dict[Key, tuple[int, int]]]:
    """A ruling for each call, in the order in which they came, and the new count and cap of every limit that moved.

    A refused call counts against nothing; one that is admitted counts before the next is looked at.
    """
    counts = dict(used)
    moved: dict[Key, tuple[int, int]] = {}
    rulings = []
    for ask in asks:
        # guard: npd-registration-is-the-one-of-now
        if registrations.get(ask.client_id) != ask.registration:
            rulings.append(STALE)
            continue
        # guard: npd-reference-is-open-and-own
        if (ask.client_id, ask.reference) not in open_references:
            rulings.append(UNKNOWN_REFERENCE)
            continue
        full = next((one for one in ask.limits if counts.get((one.scope, one.key), 0) + ask.count > one.cap), None)
        if full is not None:
            rulings.append(Ruling("quota", full.scope))
            continue
        for limit in ask.limits:
            key = (limit.scope, limit.key)
            # guard: npd-quota-is-counted-one-by-one
            counts[key] = counts.get(key, 0) + ask.count
            moved[key] = (counts[key], limit.cap)
        rulings.append(ADMITTED)
    return rulings, moved
