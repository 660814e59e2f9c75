"""What happened to a record, as others have to hear of it. Pure: the record before and after in, changes out.

A change says no more than its receiver must know to act (Law 91/2025 on personal data): a new name is said, because
who keeps the name must mend it; a new address is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from population.people.record import Found, Record

ChangeKind = Literal[
    "birth", "death", "restored", "name-changed", "data-corrected", "number-changed", "records-merged", "record-split"
]
KINDS: Final[frozenset[str]] = frozenset(get_args(ChangeKind))
#: What other systems keep of a person; of every other field they ask when they need it.
_KEPT_ELSEWHERE: Final = ("birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the record of ``personal_id``; ``said`` goes to who may know the number, sealed to him."""

    kind: ChangeKind
    personal_id: str
    said: Mapping[str, object] = field(default_factory=dict)


def between(before: Found | None, after: Found, merged_into: str | None = None) -> list[Change]:
    """What a record that was written anew has to tell, in the order in which it has to be heard."""
    number = after.record.personal_id
    if before is None:
        return [Change("birth", number)] if after.state == "live" else []
    told = _data(before.record, after.record)
    if after.state == before.state:
        return told
    if after.state == "dead":
        told.append(Change("death", number))
    elif after.state == "merged" and merged_into is not None:
        told.append(Change("records-merged", number, {"into": merged_into}))
    elif after.state == "live":
        told.append(Change("restored", number))
    return told


def _data(before: Record, after: Record) -> list[Change]:
    told = []
    if before.full_name != after.full_name:
        told.append(Change("name-changed", after.personal_id, {"full_name": after.full_name}))
    differing = {
        name: getattr(after, name) for name in _KEPT_ELSEWHERE if getattr(before, name) != getattr(after, name)
    }
    if differing:
        told.append(Change("data-corrected", after.personal_id, differing))
    return told
