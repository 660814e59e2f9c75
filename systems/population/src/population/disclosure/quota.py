"""How often one may ask in a day. The numbers are law here; the counting is `storage.quotas`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel.country_time import VIETNAM

PER_REFERENCE = 5
PER_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``cap`` calls a day for this ``key``. ``scope`` is ``reference``, ``number`` or ``client``."""

    scope: str
    key: bytes
    cap: int


def limits(*, proven: bool, client_id: str, quota_per_day: int, reference: str, number_index: bytes) -> list[Limit]:
    """What one call counts against. Limits of tries come before the client's, always in one order (no deadlock)."""
    of_client = Limit("client", client_id.encode(), quota_per_day)
    if proven:
        return [of_client]
    return [
        # guard: npd-five-tries-for-one-reference
        Limit("reference", f"{client_id}|{reference}".encode(), PER_REFERENCE),
        # guard: npd-three-tries-for-one-number
        Limit("number", number_index, PER_NUMBER),
        of_client,
    ]


def today(now: datetime | None = None) -> tuple[datetime, int]:
    """Midnight that began the day in Vietnam by the real clock, and the seconds until the next."""
    local = (now or datetime.now(UTC)).astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, int((midnight + timedelta(days=1) - local).total_seconds()) + 1
