"""Which accounts that nobody claimed are put away, and when. Pure. What is archived is kept and can be restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

UNCLAIMED_FOR = timedelta(days=365)
RULE = "unclaimed-365"
MAY_BE_ARCHIVED = ("open", "matched", "conflict", "waiting")


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """`since_date`: country time since the account's date passed, None when it has not. `since_act`: since the newest
    claim, undo or restoration, None when there was none. `open_claim`: somebody asks."""

    state: str
    since_date: timedelta | None
    since_act: timedelta | None
    open_claim: bool


def may_archive(facts: ArchiveFacts) -> bool:
    """A year after its date and after the last thing that somebody did about it, asked for by nobody."""
    # guard: archived-only-by-rule
    return (
        facts.state in MAY_BE_ARCHIVED
        and facts.since_date is not None
        and facts.since_date >= UNCLAIMED_FOR
        # guard: a-year-after-the-last-act
        and (facts.since_act is None or facts.since_act >= UNCLAIMED_FOR)
        and not facts.open_claim
    )
