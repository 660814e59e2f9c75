"""RFC 9700 4.14, OAuth 2.1 4.3: a rotated token that comes again ends the family, unless only its answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from eid.grants import refresh
from eid.grants.refresh import Family, Outcome, Presented

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEY = b"k" * 32
GRANT = UUID(int=7)
FAMILY = Family(GRANT, "national", None, True, 5, NOW + refresh.OFFLINE, NOW, NOW, "jkt:a", proven=True)


def judged(
    generation: int, *, client: str = "national", key: str = "jkt:a", seconds: float = 1, **more: object
) -> Outcome:
    family = msgspec.structs.replace(FAMILY, **more)
    return refresh.judge(
        family, Presented(GRANT, generation, client, key), moved=False, now=NOW + timedelta(seconds=seconds)
    )


def test_the_predecessor_again_at_once_by_the_same_key_gets_the_same_answer() -> None:
    assert judged(4) is Outcome.REPEATED


def test_the_grace_ends() -> None:
    assert judged(4, seconds=refresh.GRACE.total_seconds() - 0.001) is Outcome.REPEATED
    assert judged(4, seconds=refresh.GRACE.total_seconds()) is Outcome.REUSED


def test_the_predecessor_by_another_key_is_reuse() -> None:
    assert judged(4, key="jkt:b") is Outcome.REUSED


def test_without_client_authentication_and_key_there_is_no_grace() -> None:
    assert judged(4, proven=False, rotated_key="", key="") is Outcome.REUSED


def test_an_older_token_is_reuse_at_once() -> None:
    assert judged(3) is Outcome.REUSED


def test_another_clients_presentation_ends_nothing() -> None:
    assert judged(3, client="quangtri") is Outcome.REFUSED


def test_another_key_than_the_bound_one_ends_nothing() -> None:
    assert judged(3, bound_key="jkt:a", key="jkt:thief") is Outcome.REFUSED


def test_a_family_is_over_to_the_second() -> None:
    ends = NOW + timedelta(hours=1)
    for seconds, outcome in ((3599, Outcome.REUSED), (3600, Outcome.REFUSED), (3601, Outcome.REFUSED)):
        assert judged(3, expires_at=ends, seconds=seconds) is outcome
    idle = refresh.IDLE.total_seconds()
    assert judged(3, seconds=idle - 1) is Outcome.REUSED
    assert judged(3, seconds=idle) is Outcome.REFUSED


def test_an_idle_old_or_revoked_family_is_over() -> None:
    assert judged(4, revoked=True) is Outcome.REFUSED
    assert judged(4, expires_at=NOW) is Outcome.REFUSED
    assert judged(4, used_at=NOW - refresh.IDLE) is Outcome.REFUSED


@given(st.uuids(), st.integers(0, 2**31 - 1))
def test_a_token_is_read_as_it_was_made(grant_id: UUID, generation: int) -> None:
    token = refresh.token_of(KEY, grant_id, generation)
    assert refresh.read(KEY, token) == (grant_id, generation)
    assert refresh.read(b"x" * 32, token) is None


@given(st.integers(0, 69), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_no_altered_token_is_ours(place: int, letter: str) -> None:
    token = refresh.token_of(KEY, GRANT, 3)
    altered = token[:place] + letter + token[place + 1 :]
    assert altered == token or refresh.read(KEY, altered) is None


@given(st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    assert refresh.read(KEY, text) is None


class RefreshFamily(RuleBasedStateMachine):
    """Client and thief present whatever they hold, in any order; the database is `use` below, one UPDATE."""

    @initialize(rotates=st.booleans(), bound=st.booleans())
    def begin(self, rotates: bool, bound: bool) -> None:
        self.now = NOW
        key = "jkt:client"
        self.family = Family(
            uuid4(), "national", key if bound else None, rotates, 0, NOW + refresh.OFFLINE, NOW, proven=True
        )
        self.seen = [0]  # generations that were handed out
        self.alive = {0}
        self.reused = False

    def use(self, presented: Presented) -> Outcome:
        f = self.family
        let = (
            f.client_id == presented.client_id
            and f.generation == presented.generation
            and (f.bound_key is None or f.bound_key == presented.key)
            and not f.revoked
            and f.expires_at > self.now
            and f.used_at > self.now - refresh.IDLE
        )
        outcome = refresh.judge(f, presented, moved=let, now=self.now)
        if let:
            self.family = msgspec.structs.replace(
                f,
                generation=f.generation + f.rotates,
                used_at=self.now,
                rotated_at=self.now if f.rotates else f.rotated_at,
                rotated_key=presented.key,
                proven=True,
            )
        if outcome is Outcome.REUSED:
            self.family = msgspec.structs.replace(self.family, revoked=True)
            self.reused = True
        if outcome in (Outcome.REFRESHED, Outcome.REPEATED):
            self.seen.append(self.family.generation)
        return outcome

    @rule(
        age=st.integers(0, 3),
        client=st.sampled_from(["national", "national", "quangtri"]),
        key=st.sampled_from(["jkt:client", "jkt:client", "jkt:thief"]),
    )
    def present(self, age: int, client: str, key: str) -> None:
        before = self.family
        generation = max(0, self.family.generation - age)
        outcome = self.use(Presented(self.family.grant_id, generation, client, key))
        if client != "national" or (before.bound_key is not None and key != before.bound_key):
            assert outcome is Outcome.REFUSED
            assert self.family == before, "a stranger changes nothing"
        if before.revoked:
            assert outcome is Outcome.REFUSED
        if outcome is Outcome.REPEATED:
            assert generation == before.generation - 1
            assert key == before.rotated_key
            assert self.family == before, "a repeated answer begins nothing new"
        if outcome is Outcome.REUSED:
            assert self.family.revoked

    @rule(seconds=st.sampled_from([0, 1, 29, 31, 3600, 86_400 * 29, 86_400 * 31]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def at_most_one_token_moves_the_family(self) -> None:
        if hasattr(self, "family"):
            assert max(self.seen) == self.family.generation
            if not self.family.rotates:
                assert self.family.generation == 0


TestRefreshFamily = RefreshFamily.TestCase


def test_a_family_ends_with_the_session_or_after_three_months() -> None:
    assert refresh.expires_at(NOW, offline=False) == NOW + timedelta(hours=12)
    assert refresh.expires_at(NOW, offline=True) == NOW + timedelta(days=90)


def test_the_newest_token_that_is_not_let_through_ends_nothing() -> None:
    """Its account or session does not stand: a refusal, never reuse, which would revoke what is still good."""
    assert judged(5) is Outcome.REFUSED
    assert judged(6) is Outcome.REFUSED


def test_a_token_has_one_spelling() -> None:
    """RFC 4648 3.5: neither padding, nor the other alphabet, nor other unused bits of the last letter."""
    token = refresh.token_of(KEY, GRANT, 3)
    assert refresh.read(KEY, token) == (GRANT, 3)
    assert refresh.read(b"j" * 32, token) is None
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [token[:-1] + letter for letter in last if letter != token[-1]]
    assert all(refresh.read(KEY, other) is None for other in others)
    for other in (f"{token}=", f"{token}==", f" {token}", f"{token}\n", token.replace("-", "+").replace("_", "/") + "!",
                  token[:-4], "", "é" * 70):  # fmt: skip
        assert refresh.read(KEY, other) is None, other
