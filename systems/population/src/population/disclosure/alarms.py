"""Which patterns of tries are unusual. Pure: counts in, alarms out; staff judge, nothing is blocked by itself."""

from dataclasses import dataclass

WINDOW_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Pattern:
    """A count of one kind for one key: ``no_match`` and ``burst`` by client, ``clients`` by number (blind index)."""

    kind: str
    key: bytes
    client_id: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many on: failed tries of one client and calls of one client in ten minutes; clients asking for one
    number in a day."""

    no_match: int
    clients: int
    burst: int

    def is_unusual(self, pattern: Pattern) -> bool:
        """Whether staff should look at it."""
        limit = {"no_match": self.no_match, "clients": self.clients, "burst": self.burst}[pattern.kind]
        return pattern.count >= limit
