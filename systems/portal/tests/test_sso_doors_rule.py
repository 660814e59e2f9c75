"""Promise: the rule of the two doors joins nothing that is not proven, and never makes a profile in silence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.sso.doors import Arrival, Way, decide

profiles = st.integers(1, 6).map(lambda number: UUID(int=number))
arrivals = st.builds(
    Arrival,
    by=st.sampled_from(["eid", "sso"]),
    eid=st.none() | profiles,
    national=st.none() | profiles,
    awaited=st.lists(profiles, max_size=2, unique=True).map(tuple),
    one_person=st.booleans(),
    said_first_time=st.booleans(),
)


def shown(arrival: Arrival) -> set[Any]:
    """The profiles that this arrival proves to be the person's."""
    if arrival.one_person:
        return {arrival.eid, arrival.national, *arrival.awaited} - {None}
    return ({arrival.eid, *arrival.awaited} if arrival.by == "eid" else {arrival.national}) - {None}


@given(arrivals)
def test_only_what_is_proven_is_entered_or_taken_along(arrival: Arrival) -> None:
    entry = decide(arrival)
    assert {entry.profile, *entry.absorbs} - {None} == shown(arrival)
    assert entry.profile not in entry.absorbs


@given(arrivals)
def test_without_proof_and_without_a_word_the_person_is_asked(arrival: Arrival) -> None:
    asked = decide(arrival).way is Way.ASK
    assert asked == (not shown(arrival) and not arrival.said_first_time and not arrival.one_person)


@given(arrivals)
def test_a_fresh_profile_takes_along_only_what_a_link_named(arrival: Arrival) -> None:
    entry = decide(arrival)
    if entry.way is Way.NEW:
        assert set(entry.absorbs) <= set(arrival.awaited)
