"""Which patterns of tries are unusual. Pure: counts in, alarms out; staff judge, nothing is blocked by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

WINDOW_MINUTES = 10
#: Calls are counted in pieces of time; one that is older than the window as a whole is forgotten.
PIECE_SECONDS = 10


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


@dataclass(frozen=True, slots=True)
class Calls:
    """What one client did in one piece of time (its number since 1970)."""

    client_id: str
    piece: int
    calls: int
    misses: int


@dataclass(slots=True)
class Window:
    """The calls of the last minutes by client, so that the log is read once and not again at every look."""

    _pieces: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, more: Calls) -> None:
        """Count what a client did beside what is known of that piece of time."""
        calls, misses = self._pieces.get((more.piece, more.client_id), (0, 0))
        self._pieces[more.piece, more.client_id] = calls + more.calls, misses + more.misses

    def patterns(self, now_piece: int) -> Iterator[Pattern]:
        """A ``burst`` and a ``no_match`` for each client of the window that ends now."""
        oldest = now_piece - WINDOW_MINUTES * 60 // PIECE_SECONDS
        self._pieces = {key: counts for key, counts in self._pieces.items() if key[0] > oldest}
        totals: dict[str, tuple[int, int]] = {}
        for (_, client_id), (calls, misses) in self._pieces.items():
            before = totals.get(client_id, (0, 0))
            totals[client_id] = before[0] + calls, before[1] + misses
        for client_id, (calls, misses) in sorted(totals.items()):
            yield Pattern("burst", client_id.encode(), client_id, calls)
            yield Pattern("no_match", client_id.encode(), client_id, misses)
