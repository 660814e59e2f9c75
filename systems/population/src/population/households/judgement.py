"""Are two people of one household? Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """Of one living person: the blind index of the number, and of the household (None: registered alone)."""

    number_index: bytes
    household_index: bytes | None


def same_household(one: Membership, other: Membership) -> bool:
    """Somebody is always of his own household; two without a household share none."""
    if one.number_index == other.number_index:
        return True
    return one.household_index is not None and one.household_index == other.household_index
