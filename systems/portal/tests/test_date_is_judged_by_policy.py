"""Promise: an old login is judged by the policy document, by nothing else, and in doubt it is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import cutover
from portal.accounts.cutover import Code, Copy, PolicyDocument, Rule, decide

VIETNAM = timezone(timedelta(hours=7))
CITIZEN_ENDS = datetime(2024, 7, 1, tzinfo=VIETNAM)
ORGANISATION_ENDS = datetime(2025, 7, 1, tzinfo=VIETNAM)
NEVER_STALE = timedelta(0)

moments = st.timedeltas(timedelta(0), timedelta(days=3650)).map(
    lambda passed: datetime(2020, 1, 1, tzinfo=VIETNAM) + passed
)
kinds = st.sampled_from(cutover.ACCOUNT_KINDS)
fresh_ages = st.timedeltas(timedelta(0), cutover.MAX_COPY_AGE - timedelta(microseconds=1))
stale_ages = st.none() | st.timedeltas(cutover.MAX_COPY_AGE, timedelta(days=400))


def document(version: int = 1, *, rules: tuple[Rule, ...] | None = None) -> PolicyDocument:
    return PolicyDocument(
        version=version,
        issued_at=datetime(2024, 5, 1, tzinfo=UTC),
        proposed_by="P-01",
        approved_by="A-01",
        reason="luật",
        rules=rules
        or (
            Rule("citizen", "default", CITIZEN_ENDS, "Nghị định số 59/2022/NĐ-CP"),
            Rule("official", "default", CITIZEN_ENDS, "Nghị định số 59/2022/NĐ-CP"),
            Rule("organisation", "default", ORGANISATION_ENDS, "Nghị định số 69/2024/NĐ-CP, Điều 40"),
        ),
    )


@st.composite
def documents(draw: st.DrawFn) -> PolicyDocument:
    names = draw(st.sets(st.tuples(kinds, st.sampled_from(["default", "wave-1"])), min_size=1))
    return document(rules=tuple(Rule(kind, cohort, draw(moments), "luật") for kind, cohort in sorted(names)))


def test_one_second_before_and_at_the_date() -> None:
    copy = Copy(document(), NEVER_STALE)
    before = decide(copy, "citizen", "default", CITIZEN_ENDS - timedelta(seconds=1))
    at = decide(copy, "citizen", "default", CITIZEN_ENDS)
    assert (before.allowed, before.code, before.days_left) == (True, Code.OPEN, 1)
    assert (at.allowed, at.code, at.days_left) == (False, Code.CUTOFF_PASSED, 0)
    assert at.legal_date == CITIZEN_ENDS.date()


def test_days_left_counts_from_the_notice() -> None:
    noticed = datetime(2024, 5, 4, 14, 49, tzinfo=VIETNAM)
    verdict = decide(Copy(document(), NEVER_STALE), "citizen", "default", noticed)
    assert verdict.days_left == 58
    assert verdict.legal_basis == "Nghị định số 59/2022/NĐ-CP"


def test_organisations_have_their_own_date() -> None:
    copy = Copy(document(), NEVER_STALE)
    assert decide(copy, "organisation", "default", CITIZEN_ENDS).allowed
    assert not decide(copy, "organisation", "default", ORGANISATION_ENDS).allowed


@given(documents(), kinds, moments, moments, fresh_ages)
def test_time_only_closes(policy: PolicyDocument, kind: str, one: datetime, other: datetime, age: timedelta) -> None:
    earlier, later = sorted((one, other))
    if decide(Copy(policy, age), kind, "default", later).allowed:
        assert decide(Copy(policy, age), kind, "default", earlier).allowed


@given(documents(), kinds, moments, stale_ages)
def test_stale_copy_refuses_and_never_says_expired(
    policy: PolicyDocument, kind: str, now: datetime, age: timedelta | None
) -> None:
    verdict = decide(Copy(policy, age), kind, "default", now)
    assert (verdict.allowed, verdict.code, verdict.expired) == (False, Code.POLICY_STALE, False)


@given(moments, fresh_ages, st.text(max_size=20))
def test_unknown_kind_is_refused(now: datetime, age: timedelta, kind: str) -> None:
    if kind not in cutover.ACCOUNT_KINDS:
        verdict = decide(Copy(document(), age), kind, "default", now)
        assert (verdict.allowed, verdict.code) == (False, Code.POLICY_UNKNOWN_KIND)


@given(documents(), moments, moments, kinds, kinds)
def test_kinds_are_independent(
    policy: PolicyDocument, now: datetime, moved_to: datetime, moved: str, asked: str
) -> None:
    if moved == asked:
        return
    changed = document(
        rules=tuple(
            Rule(r.kind, r.cohort, moved_to if r.kind == moved else r.ends_at, r.legal_basis) for r in policy.rules
        )
    )
    before, after = (decide(Copy(each, NEVER_STALE), asked, "default", now) for each in (policy, changed))
    assert before == after


@given(documents(), documents(), moments, kinds)
def test_a_date_awaiting_acknowledgement_only_closes(
    policy: PolicyDocument, awaiting: PolicyDocument, now: datetime, kind: str
) -> None:
    alone = decide(Copy(policy, NEVER_STALE), kind, "default", now)
    both = decide(Copy(policy, NEVER_STALE, awaiting), kind, "default", now)
    assert alone.allowed or not both.allowed
    if alone.allowed and not both.allowed:
        assert both.code is Code.POLICY_STALE


def test_a_cohort_without_a_rule_follows_its_kind() -> None:
    early = Rule("citizen", "wave-1", datetime(2024, 6, 1, tzinfo=VIETNAM), "luật")
    copy = Copy(document(rules=(*document().rules, early)), NEVER_STALE)
    in_june = datetime(2024, 6, 2, tzinfo=VIETNAM)
    assert not decide(copy, "citizen", "wave-1", in_june).allowed
    assert decide(copy, "citizen", "wave-2", in_june).allowed


@given(documents())
def test_document_survives_the_wire(policy: PolicyDocument) -> None:
    assert cutover.from_claims(cutover.to_claims(policy)) == policy


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims.pop("rules"),
        lambda claims: claims["rules"][0].pop("ends_at"),
        lambda claims: claims["rules"][0].update(ends_at="2024-07-01T00:00:00"),
        lambda claims: claims["rules"].append(claims["rules"][0]),
        lambda claims: claims.update(version="seven"),
    ],
)
def test_a_spoilt_document_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    claims = cutover.to_claims(document())
    spoil(claims)
    with pytest.raises(cutover.DocumentRefused):
        cutover.from_claims(claims)


def test_versions_only_rise() -> None:
    assert cutover.newer(None, document(1))
    assert cutover.newer(document(1), document(2))
    assert not cutover.newer(document(2), document(2))
    with pytest.raises(cutover.DocumentRefused):
        cutover.newer(document(2), document(1))
    with pytest.raises(cutover.DocumentRefused):
        cutover.newer(document(2), document(2, rules=(Rule("citizen", "default", ORGANISATION_ENDS, "x"),)))


def moved(ends_at: datetime) -> PolicyDocument:
    return document(2, rules=(Rule("citizen", "default", ends_at, "luật"), *document().rules[1:]))


@given(moments, moments)
def test_only_a_near_date_brought_forward_needs_acknowledgement(now: datetime, ends_at: datetime) -> None:
    needed = cutover.needs_acknowledgement(document(), moved(ends_at), now)
    forward = ends_at < CITIZEN_ENDS and now < CITIZEN_ENDS
    assert needed == (forward and ends_at < now + cutover.MAX_COPY_AGE)


@given(moments, moments, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_no_portal_serves_after_a_date_it_has_not_heard_of(now: datetime, ends_at: datetime, later: timedelta) -> None:
    """A portal cut off just before the change is stale by the new date, unless acknowledgement was asked."""
    asked = cutover.needs_acknowledgement(document(), moved(ends_at), now)
    brought_forward = ends_at < CITIZEN_ENDS and now < CITIZEN_ENDS
    if asked or not brought_forward or now + later < ends_at:
        return
    assert not decide(Copy(document(), later), "citizen", "default", now + later).allowed
