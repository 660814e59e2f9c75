"""How often tokens may be asked for: a bucket for each client that proves itself, one for each address that does not.

A stranger who names a client can thereby not use up the client's own share. Pure: the time is given.
"""

from dataclasses import dataclass, field

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Buckets:
    """``per_minute`` for each key, as many at once; memory is bounded."""

    per_minute: int
    _kept: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, key: str, now: float) -> int:
        """0 when ``key`` has one left at ``now`` (seconds of a monotonic clock); else the seconds until it has."""
        left = self._left(key, now)
        # guard: npd-tokens-are-asked-for-slowly
        return 0 if left >= 1 else int((1 - left) * 60 / self.per_minute) + 1

    def take(self, key: str, now: float) -> None:
        """Use one."""
        if len(self._kept) >= _MOST_BUCKETS and key not in self._kept:
            # The fullest half is forgotten: whoever pressed hardest stays held.
            fullest = sorted(self._kept, key=lambda other: -self._left(other, now))
            for other in fullest[: _MOST_BUCKETS // 2]:
                del self._kept[other]
        self._kept[key] = (max(0.0, self._left(key, now) - 1), now)

    def _left(self, key: str, now: float) -> float:
        left, since = self._kept.get(key, (float(self.per_minute), now))
        return min(float(self.per_minute), left + (now - since) * self.per_minute / 60)
