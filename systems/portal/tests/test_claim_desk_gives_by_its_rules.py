"""Promise: the desk gives an account only to its person, by two officers of two offices, after 72 hours."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from claim_kit import NUMBER, OFFICES, REASON, claimant, first_gives, granted, no_dice, number, officer, second_says
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.duty.access import DutyRefused
from portal.accounts.matching import Said
from portal.accounts.models import AccountLink, LedgerEntry, PendingNotice, PortalAccount, State
from portal.claims import limits, rules
from portal.claims.actions import give_opinion, take_effect, take_papers
from portal.claims.models import Claim
from portal.claims.rules import Agreement, EffectCode, EffectFacts, GrantCode, GrantFacts
from portal.claims.states import StepRefused

pytest_plugins = ["dossier_fixtures"]

GOOD = GrantFacts(
    kind="account",
    eid_level=2,
    account_named=True,
    account_state="waiting",
    agrees=Agreement.NUMBER,
    shown=frozenset({"password"}),
    register_overall="MATCH",
    register_record_state="live",
    register_age=timedelta(seconds=3),
    owner_state="live",
    persons=2,
    offices=2,
    second_drawn=True,
    second_saw_evidence=True,
    interest=False,
    verdicts=("give", "give"),
)
HEIR = replace(
    GOOD, kind="heir", agrees=Agreement.NONE, shown=frozenset({"papers"}), owner_state="dead", account_state="archived"
)
WRONG: list[tuple[str, GrantFacts, dict[str, Any], GrantCode]] = [
    ("level 1", GOOD, {"eid_level": 1}, GrantCode.LEVEL_TOO_LOW),
    ("no account named", GOOD, {"account_named": False}, GrantCode.NO_ACCOUNT),
    ("linked meanwhile", GOOD, {"account_state": "linked"}, GrantCode.NOT_CLAIMABLE),
    ("claimed meanwhile", GOOD, {"account_state": "claimed"}, GrantCode.NOT_CLAIMABLE),
    ("frozen", GOOD, {"account_state": "frozen"}, GrantCode.NOT_CLAIMABLE),
    ("exempt", GOOD, {"account_state": "exempt"}, GrantCode.NOT_CLAIMABLE),
    ("another person", GOOD, {"agrees": Agreement.NONE}, GrantCode.OTHER_PERSON),
    ("no proof", GOOD, {"shown": frozenset()}, GrantCode.NO_PROOF),
    ("one proof without a number", GOOD, {"agrees": Agreement.NAME_AND_DATE}, GrantCode.NO_PROOF),
    ("an heir without papers", HEIR, {"shown": frozenset({"password"})}, GrantCode.NO_PROOF),
    ("register silent", GOOD, {"register_overall": None}, GrantCode.REGISTER_UNAVAILABLE),
    ("register asked long ago", GOOD, {"register_age": timedelta(minutes=11)}, GrantCode.REGISTER_UNAVAILABLE),
    ("register says no", GOOD, {"register_overall": "NO_MATCH"}, GrantCode.REGISTER_NO_MATCH),
    ("claimant's record merged", GOOD, {"register_record_state": "merged"}, GrantCode.REGISTER_NO_MATCH),
    ("a dead owner", GOOD, {"owner_state": "dead"}, GrantCode.OWNER_DEAD),
    ("heir of somebody alive", HEIR, {"owner_state": "live"}, GrantCode.OWNER_ALIVE),
    ("one person twice", GOOD, {"persons": 1}, GrantCode.NOT_TWO),
    ("one opinion", GOOD, {"verdicts": ("give",)}, GrantCode.NOT_TWO),
    ("one office", GOOD, {"offices": 1}, GrantCode.SAME_OFFICE),
    ("second not drawn", GOOD, {"second_drawn": False}, GrantCode.NOT_DRAWN),
    ("opinion before evidence", GOOD, {"second_saw_evidence": False}, GrantCode.NOT_SEEN),
    ("interest", GOOD, {"interest": True}, GrantCode.INTEREST),
    ("they disagree", GOOD, {"verdicts": ("give", "refuse")}, GrantCode.DISAGREED),
    ("both say no", GOOD, {"verdicts": ("refuse", "refuse")}, GrantCode.DISAGREED),
]
EFFECT = EffectFacts("account", "granted", timedelta(hours=72), False, False, "waiting", "MATCH", "live")


def test_a_claim_and_an_heirs_claim_are_given_when_all_holds() -> None:
    assert rules.decide_grant(GOOD) is GrantCode.GRANTED
    assert rules.decide_grant(HEIR) is GrantCode.GRANTED
    papers = replace(GOOD, agrees=Agreement.NAME_AND_DATE, shown=frozenset({"papers"}))
    assert rules.decide_grant(papers) is GrantCode.GRANTED
    assert rules.decide_grant(replace(papers, shown=frozenset({"password", "old_phone"}))) is GrantCode.GRANTED


@pytest.mark.parametrize(("good", "change", "code"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_each_missing_condition_is_a_named_refusal(good: GrantFacts, change: dict[str, Any], code: GrantCode) -> None:
    assert rules.decide_grant(replace(good, **change)) is code


@given(st.sets(st.sampled_from([n for n, w in enumerate(WRONG) if w[1] is GOOD]), min_size=1))
def test_no_two_wrongs_make_a_claim(chosen: set[int]) -> None:
    facts = GOOD
    for n in sorted(chosen):
        facts = replace(facts, **WRONG[n][2])
    assert rules.decide_grant(facts) is not GrantCode.GRANTED


def test_every_condition_has_a_case_here() -> None:
    assert {condition.code for condition in rules.GRANT} == {code for *_, code in WRONG}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, EffectCode.EFFECTIVE),
        ({"since_decision": timedelta(hours=71, minutes=59)}, EffectCode.TOO_EARLY),
        ({"since_decision": None}, EffectCode.TOO_EARLY),
        ({"stopped": True}, EffectCode.STOPPED),
        ({"state": "refused"}, EffectCode.NOT_GRANTED),
        ({"review_open": True}, EffectCode.UNDER_REVIEW),
        ({"account_state": "linked"}, EffectCode.NOT_CLAIMABLE),
        ({"register_overall": None}, EffectCode.REGISTER_UNAVAILABLE),
        ({"register_record_state": "dead"}, EffectCode.RECORD_NOT_LIVE),
    ],
)
def test_the_effect_needs_every_condition(change: dict[str, Any], code: EffectCode) -> None:
    assert rules.decide_effect(replace(EFFECT, **change)) is code


SAID = Said("Hồ Thị Mỹ Duyên", "1985-02-12", NUMBER)


@pytest.mark.parametrize(
    ("said", "matched", "agrees"),
    [
        (SAID, None, Agreement.NUMBER),
        (replace(SAID, full_name="Ho Thi My Duyen", birth_date="1985"), None, Agreement.NUMBER),
        (replace(SAID, personal_id=None), None, Agreement.NAME_AND_DATE),
        (replace(SAID, personal_id=None), NUMBER, Agreement.NUMBER),
        (replace(SAID, personal_id=None), "045185000999", Agreement.NONE),
        (replace(SAID, personal_id="045185000999"), None, Agreement.NONE),
        (replace(SAID, full_name="Bùi Văn Bảy"), None, Agreement.NONE),
        (replace(SAID, birth_date="1986-02-12"), None, Agreement.NONE),
    ],
)
def test_identity_is_what_the_account_said_before(said: Said, matched: str | None, agrees: Agreement) -> None:
    assert rules.agreement(said, matched, SAID) is agrees


def test_an_old_phone_counts_after_ninety_days_with_the_same_eid() -> None:
    good = {"account_phone": "0912345678", "eid_phone": "0912345678", "held": timedelta(days=90)}
    assert rules.old_phone_counts(**good)  # type: ignore[arg-type]
    for change in ({"held": timedelta(days=89)}, {"held": None}, {"eid_phone": "0987654321"}, {"account_phone": None}):
        assert not rules.old_phone_counts(**(good | change)), change  # type: ignore[arg-type]


def test_the_published_table_is_the_rule() -> None:
    page = Path(__file__).parents[1] / "docs" / "claim-rules.md"
    assert page.read_text(encoding="utf-8") == limits.rules_table()


@pytest.mark.django_db
@pytest.mark.usefixtures("policy_until_july", "registry")
class TestTheDesk:
    """The real acts on the real database."""

    def test_a_claim_from_the_asking_to_the_effect(self, country_date: Any) -> None:
        she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
        claim = granted(she, one, two)
        assert claim.second_grant_id == two.grant.pk
        assert take_effect.execute(claim.pk) is EffectCode.TOO_EARLY
        told = [n for n in PendingNotice.objects.all() if "/nhan-lai-tai-khoan/dung/" in n.text]
        assert {n.address for n in told} == {she.account.phone, "cu@vidu.example"}
        country_date("2024-05-07T14:50:00+07:00")
        assert take_effect.execute(claim.pk) is EffectCode.EFFECTIVE
        assert take_effect.execute(claim.pk) is EffectCode.NOT_GRANTED, "run twice, done once"
        she.account.refresh_from_db()
        link = AccountLink.objects.get(portal_account=she.account)
        assert (she.account.state, she.account.password_hash, link.how) == (State.CLAIMED, "", "desk")
        assert link.profile_id == she.profile.pk
        assert LedgerEntry.objects.filter(account=she.account).order_by("-id")[0].to_state == "claimed"

    def test_the_second_is_of_another_office(self) -> None:
        she, one, colleague = claimant(), officer(OFFICES[0]), officer(OFFICES[0])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        claim.refresh_from_db()
        assert claim.second_grant is None, "nobody of another office is on duty: nobody is drawn"
        with pytest.raises(StepRefused, match="CLAIM_NOT_DRAWN"):
            second_says(colleague, claim)

    def test_nobody_of_the_household_is_drawn_or_opens_the_case(self, registry: Any) -> None:
        she, one = claimant(), officer(OFFICES[0])
        officer(OFFICES[1])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        claim.refresh_from_db()
        Claim.objects.filter(pk=claim.pk).update(second_grant=None, drawn_at=None)
        registry.same_household = True
        from portal.claims.actions import draw_second

        assert draw_second.execute(claim.pk) is None
        registry.same_household = False
        registry.down()
        assert draw_second.execute(claim.pk) is None, "a silent register draws nobody"
        registry.up()
        assert draw_second.execute(claim.pk) is not None

    def test_the_claimant_is_no_officer_of_the_own_claim(self) -> None:
        she = claimant()
        herself = officer(OFFICES[0], personal_id=NUMBER)
        claim = she.ask()
        she.prove(claim)
        with pytest.raises(DutyRefused):
            first_gives(herself, claim)
        one = officer(OFFICES[1])
        first_gives(one, claim)
        claim.refresh_from_db()
        assert claim.second_grant is None, "nor is she drawn"

    def test_the_second_reads_the_evidence_first(self) -> None:
        she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        page = f"/ban-ho-tro/{claim.pk}"
        assert REASON not in two.browser.get(page).content.decode()
        with pytest.raises(StepRefused, match="CLAIM_EVIDENCE_FIRST"):
            give_opinion.second(two.acting, claim.pk, "give", REASON)
        assert two.browser.post(f"{page}/da-xem").status_code == 302
        assert REASON in two.browser.get(page).content.decode()

    def test_without_control_the_first_cannot_give(self) -> None:
        she, one = claimant(), officer(OFFICES[0])
        claim = she.ask()
        with pytest.raises(StepRefused, match="CLAIM_NO_PROOF"):
            first_gives(one, claim)

    def test_another_persons_account_is_never_given(self) -> None:
        she, one = claimant(full_name="Bùi Văn Bảy"), officer(OFFICES[0])
        claim = she.ask()
        assert she.prove(claim), "even with the right password"
        with pytest.raises(StepRefused, match="CLAIM_OTHER_PERSON"):
            first_gives(one, claim)

    def test_a_disagreement_gives_nothing_and_can_be_appealed_once(self, country_date: Any) -> None:
        from portal.claims.actions import appeal

        she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        assert second_says(two, claim, "refuse") is GrantCode.DISAGREED
        claim.refresh_from_db()
        assert (claim.state, claim.told) == ("refused", REASON)
        appeal.execute(claim.pk, she.profile, "Tôi có thêm giấy tờ gốc.")
        with pytest.raises(StepRefused, match="CLAIM_OTHER_OFFICER"):
            first_gives(one, claim)
        three, four = officer(OFFICES[2]), officer(OFFICES[0])
        first_gives(three, claim)
        claim.refresh_from_db()
        assert claim.second_grant_id == four.grant.pk, "the two of the first round are out"
        second_says(four, claim, "refuse")
        with pytest.raises(StepRefused, match="APPEAL_TOO_LATE"):
            appeal.execute(claim.pk, she.profile, "Lần thứ hai, xin xem lại.")

    def test_a_silent_register_decides_nothing(self, registry: Any) -> None:
        she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        give_opinion.saw_evidence(two.acting, claim.pk)
        registry.says("INSUFFICIENT")
        with no_dice():
            from portal.claims.handling import Word

            with mock.patch("portal.claims.handling.ask_register", return_value=Word(None, "", "", 0)):
                assert give_opinion.second(two.acting, claim.pk, "give", REASON) is GrantCode.REGISTER_UNAVAILABLE
        claim.refresh_from_db()
        assert claim.state == "second"
        assert claim.opinions.count() == 1, "the opinion was not kept: it can be given again"

    def test_a_dead_owners_account_is_sealed(self, registry: Any) -> None:
        she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
        claim = she.ask()
        she.prove(claim)
        first_gives(one, claim)
        give_opinion.saw_evidence(two.acting, claim.pk)
        from portal.claims.handling import Word

        word = Word("MATCH", "live", "dead", time.time())
        with mock.patch("portal.claims.handling.ask_register", return_value=word):
            assert give_opinion.second(two.acting, claim.pk, "give", REASON) is GrantCode.OWNER_DEAD
        assert PortalAccount.objects.get(pk=she.account.pk).state == State.ARCHIVED

    def test_the_desk_finds_only_an_account_that_agrees(self) -> None:
        she, one = claimant(), officer(OFFICES[0])
        stranger = claimant(personal_id=number(), full_name="Trần Văn Bình", phone="0933000111", email=None)
        claim = she.ask(account=None, about="Tài khoản lập năm 2020")
        with pytest.raises(StepRefused, match="CLAIM_NO_SUCH_ACCOUNT"):
            take_papers.name_account(one.acting, claim.pk, "0933000111")
        assert stranger.account.phone
        found = take_papers.name_account(one.acting, claim.pk, str(she.account.phone))
        assert found.pk == she.account.pk
