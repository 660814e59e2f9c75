"""A country's worth of people, one after the other: the same seed gives the same people, however many are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from random import Random

from synthetic import accounts
from synthetic.households import household
from synthetic.numbers import Numbers
from synthetic.records import EidAccount, OldAccount, Person, Row


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A person with his or her accounts. The truth: every account here belongs to this person."""

    person: Person
    eid: EidAccount | None
    old_accounts: tuple[OldAccount, ...]


def people(n: int, seed: int) -> Iterator[Person]:
    """The first ``n`` records of the register that the seed stands for. Memory does not grow with ``n``."""
    return islice(_everybody(seed, Numbers(seed)), n)


def stream(n: int, seed: int) -> Iterator[Row]:
    """`people` as rows for ``population people import``."""
    return (person.row() for person in people(n, seed))


def with_accounts(n: int, seed: int) -> Iterator[MadeUp]:
    """The same people with their e-ID and old accounts: ground truth for measuring a migration."""
    numbers = Numbers(seed)
    neighbour: Person | None = None
    for position, person in enumerate(people(n, seed)):
        rng = Random(f"{seed}:accounts:{position}")
        phone = numbers.phone()
        eid = accounts.eid_account(rng, person, phone)
        old = accounts.old_accounts(rng, person, neighbour or person, phone, numbers)
        neighbour = person
        yield MadeUp(person, eid, tuple(old))


def _everybody(seed: int, numbers: Numbers) -> Iterator[Person]:
    for number in count(1):
        yield from household(Random(f"{seed}:household:{number}"), number, numbers)
