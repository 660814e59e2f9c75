"""Attacks on the claim desk, and people whom it must not fail: each named after what is tried."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from claim_kit import NUMBER, OFFICES, REASON, claimant, first_gives, granted, no_dice, officer, second_says
from django.db import DatabaseError, transaction
from portal_walks import code_in_the_sms
from test_undo_is_exact import linked, undo_now

from conftest import issue_policy, login_eid, make_account, make_identity, new_browser
from kernel import country_time
from portal.accounts.actions import freeze
from portal.accounts.models import AccountLink, AccountNotice, PendingNotice, PortalAccount, Profile, State
from portal.claims import archiving, limits, states
from portal.claims.actions import archive, ask, give_opinion, prove, review, stop, take_effect, take_papers
from portal.claims.limits import DecisionFacts, Load
from portal.claims.models import Claim, Opinion, Proof
from portal.claims.rules import EffectCode, GrantCode
from portal.claims.states import StepRefused
from portal.dossiers.models import Dossier, Origin

pytest_plugins = ["dossier_fixtures"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "registry")]
QUIET = DecisionFacts(0, 0, timedelta(minutes=9), 0, 0.0, 0, 99)
PAGE = "/nhan-lai-tai-khoan"


def stop_token() -> str:
    text = next(n.text for n in PendingNotice.objects.all() if f"{PAGE}/dung/" in n.text)
    return str(text.rsplit("/dung/", 1)[1].split()[0])


def test_level_1_cannot_ask() -> None:
    she = claimant()
    browser = new_browser()
    login = login_eid(browser, make_identity(personal_id=NUMBER, eid_level=1))
    with pytest.raises(ask.LevelTooLow):
        ask.execute(ask.Asked(she.account.pk, "", "0912345678", REASON), she.profile, login)
    assert "level=2" in browser.get(PAGE)["Location"]


def test_the_old_password_is_tried_five_times_over_all_claims_of_the_account() -> None:
    she = claimant()
    first, second = she.ask(), she.ask()
    for n in range(5):
        assert not she.prove((first, second)[n % 2], f"Sai-mat-khau{n}")
    with pytest.raises(StepRefused, match="PROOF_TRIES_OVER"):
        she.prove(second)
    assert Proof.objects.filter(fits=True).count() == 0


def test_a_stranger_proves_nothing_for_anothers_claim() -> None:
    she = claimant()
    claim = she.ask()
    stranger = login_eid(new_browser(), make_identity(personal_id="045185000777"))
    with pytest.raises(StepRefused, match="CLAIM_UNKNOWN"):
        prove.by_password(claim.pk, Profile.objects.get(pk=stranger.profile_id), "Mat-khau1")


def test_a_recycled_phone_proves_nothing() -> None:
    """The new holder of the number asks; his e-ID has it for two months only."""
    she = claimant()
    claim = she.ask()
    profile = she.profile
    profile.eid_phone, profile.eid_phone_since = she.account.phone, country_time.today() - timedelta(days=60)
    profile.save()
    with pytest.raises(StepRefused, match="PROOF_PHONE_NOT_HELD"):
        prove.send_code(claim.pk, profile, "browser")
    profile.eid_phone_since = country_time.today() - timedelta(days=90)
    profile.save()
    prove.send_code(claim.pk, profile, "browser")
    result, _ = prove.by_code(claim.pk, profile, code_in_the_sms(she.account.phone), "browser")
    assert str(result) == "RIGHT"
    assert Proof.objects.get(claim=claim).kind == "old_phone"


def test_a_receipt_needs_its_code_and_its_date() -> None:
    she, one = claimant(), officer(OFFICES[0])
    claim = she.ask()
    at = country_time.now() - timedelta(days=12)
    code = "000.00.01.H50-240422-0007"
    Dossier.objects.create(
        profile=she.account.profile, code=code, procedure_code="1.004194", submitted_at=at, origin=Origin.OLD_ACCOUNT
    )
    day = at.astimezone(country_time.VIETNAM).date()
    assert not take_papers.receipt(one.acting, claim.pk, code, date(2024, 1, 1))
    assert not take_papers.receipt(one.acting, claim.pk, "000.00.01.H50-240422-0008", day)
    with pytest.raises(StepRefused, match="CLAIM_NO_PROOF"):
        first_gives(one, claim)
    assert take_papers.receipt(one.acting, claim.pk, code, day)
    with pytest.raises(StepRefused, match="CLAIM_NO_PROOF"):
        first_gives(one, claim)
    take_papers.originals(one.acting, claim.pk, "Bản gốc sổ hộ khẩu, có tên và số.")
    assert first_gives(one, claim).state == "second"


def test_a_clerks_bulk_claims_end_at_the_limits() -> None:
    assert limits.may_give_opinion(Load(19, 59)) is None
    assert limits.may_give_opinion(Load(20, 0)) == "LIMIT_OFFICER"
    assert limits.may_give_opinion(Load(0, 60)) == "LIMIT_OFFICE"
    she, one = claimant(), officer(OFFICES[0])
    claim = she.ask()
    she.prove(claim)
    with mock.patch("portal.claims.limits.OPINIONS_A_DAY", 0), pytest.raises(StepRefused, match="LIMIT_OFFICER"):
        first_gives(one, claim)
    with (
        mock.patch("portal.claims.limits.OPINIONS_OF_AN_OFFICE_A_DAY", 0),
        pytest.raises(StepRefused, match="LIMIT_OFFICE"),
    ):
        first_gives(one, claim)


def test_one_person_has_five_open_claims_at_most() -> None:
    she = claimant()
    for _ in range(5):
        she.ask()
    with pytest.raises(ask.TooManyRequests):
        she.ask()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"claimant_given": 2}, "MANY_FOR_ONE_PERSON"),
        ({"pair_given": 5}, "SAME_TWO_OFFICERS"),
        ({"quickest": timedelta(seconds=119)}, "TOO_QUICK"),
        ({"officer_given": 11, "usual_given": 5.0}, "GIVES_MORE_THAN_OTHERS"),
        ({"same_contact": 1}, "CONTACT_OF_ANOTHER_CLAIM"),
        ({"dice": 4}, "DRAWN"),
    ],
)
def test_what_stands_out_is_reviewed(change: dict[str, Any], why: str) -> None:
    from dataclasses import replace

    assert limits.review_why(QUIET) == []
    assert limits.review_why(replace(QUIET, **change)) == [why]


def test_five_in_a_hundred_are_drawn() -> None:
    from dataclasses import replace

    assert sum(bool(limits.review_why(replace(QUIET, dice=n))) for n in range(100)) == 5


def test_a_decision_under_review_has_no_effect_and_the_reviewer_is_a_third_person(country_date: Any) -> None:
    she, one, two, third = claimant(), officer(OFFICES[0]), officer(OFFICES[1]), officer(OFFICES[2], "desk_reviewer")
    claim = she.ask()
    she.prove(claim)
    first_gives(one, claim)
    second_says(two, claim)  # within seconds: that stands out
    claim.refresh_from_db()
    assert "TOO_QUICK" in claim.review_why
    country_date("2024-05-09T14:50:00+07:00")
    assert take_effect.execute(claim.pk) is EffectCode.UNDER_REVIEW
    same_person = officer(OFFICES[2], "desk_reviewer", personal_id=two.grant.personal_id)
    with pytest.raises(StepRefused, match="CLAIM_OTHER_OFFICER"):
        review.execute(same_person.acting, claim.pk, go_on=True, words=REASON)
    page = third.browser.get("/ban-ho-tro/ra-soat").content.decode()
    assert claim.reference in page
    answer = third.browser.post(f"/ban-ho-tro/{claim.pk}/ra-soat", {"decision": "go_on", "reason": REASON})
    assert answer.status_code == 302
    assert take_effect.execute(claim.pk) is EffectCode.EFFECTIVE


def test_an_old_contact_stops_the_decision_once_and_signs_nobody_in(country_date: Any) -> None:
    she, one, two, third = claimant(), officer(OFFICES[0]), officer(OFFICES[1]), officer(OFFICES[2], "desk_reviewer")
    claim = granted(she, one, two)
    token, browser = stop_token(), new_browser()
    assert browser.get(f"{PAGE}/dung/{token}").status_code == 200
    claim.refresh_from_db()
    assert claim.state == "granted", "a scanner of mail stops nothing"
    assert browser.post(f"{PAGE}/dung/{token}").status_code == 200
    assert browser.post(f"{PAGE}/dung/{token}").status_code == 410
    assert "/dang-nhap" in browser.get("/tai-khoan")["Location"]
    country_date("2024-05-09T14:50:00+07:00")
    assert take_effect.execute(claim.pk) is EffectCode.NOT_GRANTED
    review.execute(third.acting, claim.pk, go_on=True, words=REASON)
    assert take_effect.execute(claim.pk) is EffectCode.TOO_EARLY, "a stopped decision waits its 72 hours anew"
    with pytest.raises(StepRefused):
        stop.by_token(token)
    country_date("2024-05-13T14:50:00+07:00")
    assert take_effect.execute(claim.pk) is EffectCode.EFFECTIVE


def test_the_owner_of_the_number_is_told_and_can_stop_it() -> None:
    she = claimant(personal_id=None, legacy_id9="197012204")
    she.account.matched_personal_id = NUMBER
    she.account.save()
    owner = new_browser()
    login_eid(owner, make_identity(personal_id=NUMBER, sub="her-other-door"))
    one, two = officer(OFFICES[0]), officer(OFFICES[1])
    claim = granted(she, one, two)
    assert AccountNotice.objects.filter(template_key="claim_owner").count() == 1
    assert owner.get(f"{PAGE}/{claim.reference}").status_code == 200
    stranger = new_browser()
    login_eid(stranger, make_identity(personal_id="045185000777"))
    assert stranger.get(f"{PAGE}/{claim.reference}").status_code == 404
    assert stranger.post(f"{PAGE}/{claim.reference}/phan-doi").status_code == 404
    assert owner.post(f"{PAGE}/{claim.reference}/phan-doi").status_code == 200
    claim.refresh_from_db()
    assert claim.state == "stopped"


def test_two_claims_of_one_account_give_it_once(country_date: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claims = [granted(she, one, two), granted(she, one, two)]
    country_date("2024-05-08T14:50:00+07:00")
    codes = [take_effect.execute(claim.pk) for claim in claims]
    assert codes == [EffectCode.EFFECTIVE, EffectCode.NOT_CLAIMABLE]
    assert AccountLink.objects.filter(undone_at=None).count() == 1


def test_a_claim_that_the_register_no_longer_backs_has_no_effect(country_date: Any, registry: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claim = granted(she, one, two)
    country_date("2024-05-08T14:50:00+07:00")
    registry.down()
    assert take_effect.execute(claim.pk) is EffectCode.REGISTER_UNAVAILABLE
    registry.up()
    registry.says("NO_MATCH")
    assert take_effect.execute(claim.pk) is EffectCode.RECORD_NOT_LIVE
    assert PortalAccount.objects.get(pk=she.account.pk).state == State.WAITING


def test_a_claimed_account_can_be_undone_and_frozen_like_any_link(country_date: Any) -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claim = granted(she, one, two)
    country_date("2024-07-05T14:50:00+07:00")
    take_effect.execute(claim.pk)
    live = AccountLink.objects.get(portal_account=she.account)
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    assert freeze.execute(sms.rsplit("/dong-bang/", 1)[1].split()[0]) == ""
    assert undo_now(live, she.who) == "ACCOUNT_FROZEN"
    case = Claim.objects.get(kind="freeze")
    with no_dice():
        first_gives(one, case)
        second_says(two, case)
    country_date("2024-07-09T14:50:00+07:00")
    assert take_effect.execute(case.pk) is EffectCode.EFFECTIVE
    assert PortalAccount.objects.get(pk=she.account.pk).state == State.CLAIMED
    assert undo_now(live, she.who) == ""
    assert PortalAccount.objects.get(pk=she.account.pk).state == State.WAITING


def test_a_frozen_link_that_does_not_stand_is_undone_by_two(country_date: Any) -> None:
    account, _, live = linked()
    sms = next(n.text for n in PendingNotice.objects.all() if "/dong-bang/" in n.text)
    freeze.execute(sms.rsplit("/dong-bang/", 1)[1].split()[0])
    case = Claim.objects.get(kind="freeze")
    assert case.portal_account_id == account.pk
    one, two, three, four = (officer(office) for office in (*OFFICES, "000.00.04.G22"))
    with no_dice():
        first_gives(one, case, "refuse")
        case.refresh_from_db()
        drawn = next(o for o in (two, three, four) if o.grant.pk == case.second_grant_id)
        assert second_says(drawn, case, "give") is GrantCode.DISAGREED
        case.refresh_from_db()
        assert (case.state, case.round) == ("first", 2), "two others are asked; the account stays frozen"
        rest = [o for o in (two, three, four) if o is not drawn]
        first_gives(rest[0], case, "refuse")
        second_says(rest[1], case, "refuse")
    case.refresh_from_db()
    assert case.state == "granted"
    country_date("2024-05-08T14:50:00+07:00")
    assert take_effect.execute(case.pk) is EffectCode.EFFECTIVE
    live.refresh_from_db()
    assert live.undone_at is not None
    assert PortalAccount.objects.get(pk=account.pk).state == State.OPEN


def test_an_heir_gets_papers_and_never_a_sign_in(country_date: Any) -> None:
    from portal.claims.handling import Word

    heir = claimant()
    dead = make_account(personal_id="045045000211", full_name="Hồ Văn Thiết", phone="0933000111")
    archive.seal_dead(dead.pk, actor="test")
    claim = heir.ask(account=None, about="Tài khoản của cha tôi", kind=states.Kind.HEIR)
    one, two = officer(OFFICES[0]), officer(OFFICES[1])
    take_papers.name_account(one.acting, claim.pk, "0933000111")
    Proof.objects.create(claim=claim, kind="receipt", fits=True, at=country_time.now(), by=one.acting.actor)
    take_papers.originals(one.acting, claim.pk, "Giấy chứng tử và văn bản thừa kế.")
    word = Word("MATCH", "live", "dead", time.time())
    with no_dice(), mock.patch("portal.claims.handling.ask_register", return_value=word):
        first_gives(one, claim)
        assert second_says(two, claim) is GrantCode.GRANTED
        country_date("2024-05-08T14:50:00+07:00")
        assert take_effect.execute(claim.pk) is EffectCode.EFFECTIVE
    assert not AccountLink.objects.exists()
    assert PortalAccount.objects.get(pk=dead.pk).state == State.ARCHIVED


def test_opinions_and_proofs_cannot_be_rewritten() -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    granted(she, one, two)
    for rows in (Opinion.objects, Proof.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


def test_no_list_and_no_address_shows_a_name_or_a_number() -> None:
    she, one = claimant(), officer(OFFICES[0])
    claim = she.ask()
    page = one.browser.get("/ban-ho-tro").content.decode()
    assert claim.reference in page
    assert she.who.full_name not in page
    assert NUMBER not in one.browser.get(f"/ban-ho-tro/{claim.pk}").content.decode()
    other = officer(OFFICES[1])
    first_gives(one, claim) if she.prove(claim) else None
    claim.refresh_from_db()
    outsider = officer(OFFICES[2])
    drawn = other if claim.second_grant_id == other.grant.pk else outsider
    assert outsider is drawn or outsider.browser.get(f"/ban-ho-tro/{claim.pk}").status_code == 404


def test_withdrawing_ends_a_claim_and_only_the_claimant_withdraws() -> None:
    she = claimant()
    claim = she.ask()
    stranger = Profile.objects.get(pk=login_eid(new_browser(), make_identity(personal_id="045185000777")).profile_id)
    with pytest.raises(StepRefused):
        stop.withdraw(claim.pk, stranger)
    assert she.browser.post(f"{PAGE}/{claim.reference}/rut").status_code == 302
    claim.refresh_from_db()
    assert claim.state == "withdrawn"
    with pytest.raises(StepRefused):
        stop.withdraw(claim.pk, she.profile)


def test_unclaimed_accounts_are_archived_by_rule_and_restorable(country_date: Any) -> None:
    she, quiet = claimant(), make_account(state="open")
    linked_one = make_account(state="linked")
    she.ask()
    assert archive.unclaimed() == 0
    country_date("2025-07-02T08:00:00+07:00")
    assert archive.unclaimed() == 1, "a claimed-for and a linked account stay"
    quiet.refresh_from_db()
    linked_one.refresh_from_db()
    assert (quiet.state, linked_one.state) == (State.ARCHIVED, State.LINKED)
    assert not archive.restore(quiet.pk, actor="test", reason=" ")
    assert archive.restore(quiet.pk, actor="test", reason="chủ tài khoản đã đến")
    facts = archiving.ArchiveFacts("waiting", timedelta(days=364), None, open_claim=False)
    assert not archiving.may_archive(facts)


def test_what_was_restored_undone_or_claimed_is_left_alone_for_another_year(country_date: Any) -> None:
    restored, refused, _ = make_account(state="open"), claimant(), linked()
    country_date("2025-07-02T08:00:00+07:00")
    refused.ask()
    assert archive.unclaimed() == 1
    assert archive.restore(restored.pk, actor="test", reason="chủ tài khoản đã đến")
    Claim.objects.update(state="refused")
    link = AccountLink.objects.get()
    AccountLink.objects.filter(pk=link.pk).update(undone_at=country_time.now())
    PortalAccount.objects.filter(pk=link.portal_account_id).update(state="waiting")
    assert archive.unclaimed() == 0, "each of them had somebody today"
    country_date("2026-07-03T08:00:00+07:00")
    assert archive.unclaimed() == 3


def test_a_crowd_that_is_not_due_keeps_nobody_from_the_archive(country_date: Any) -> None:
    for _ in range(3):
        make_account(state="open", kind="organisation")
    late = make_account(state="open")
    country_date("2025-07-02T08:00:00+07:00")
    assert archive.unclaimed(limit=1) == 1
    late.refresh_from_db()
    assert late.state == State.ARCHIVED


def test_the_date_moving_does_not_touch_a_claim() -> None:
    she, one, two = claimant(), officer(OFFICES[0]), officer(OFFICES[1])
    claim = she.ask()
    issue_policy(citizen="2024-05-04T00:00:00+07:00")
    assert she.prove(claim)
    with no_dice():
        first_gives(one, claim)
        assert second_says(two, claim) is GrantCode.GRANTED
    assert give_opinion.GIVE == "give"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_the_desk_can_be_read(language: str) -> None:
    she, one, two, third = claimant(), officer(OFFICES[0]), officer(OFFICES[1]), officer(OFFICES[2], "desk_reviewer")
    for browser in (she.browser, one.browser, two.browser, third.browser):
        browser.cookies["lang"] = language
    claim = she.ask()
    mine = f"{PAGE}/{claim.reference}"
    pages = [she.browser.get(PAGE), she.browser.get(mine)]
    wrong = she.browser.post(f"{mine}/mat-khau", {"password": "sai"})
    assert wrong.status_code == 422
    assert she.browser.post(f"{mine}/mat-khau", {"password": "Mat-khau1"}).status_code == 302
    pages += [one.browser.get("/ban-ho-tro"), one.browser.get(f"/ban-ho-tro/{claim.pk}")]
    said = {"decision": "give", "reason": REASON}
    assert one.browser.post(f"/ban-ho-tro/{claim.pk}/y-kien", said | {"reason": ""}).status_code == 409
    assert one.browser.post(f"/ban-ho-tro/{claim.pk}/y-kien", said).status_code == 302
    pages += [two.browser.get("/ban-ho-tro"), two.browser.get(f"/ban-ho-tro/{claim.pk}")]
    assert two.browser.post(f"/ban-ho-tro/{claim.pk}/da-xem").status_code == 302
    assert two.browser.post(f"/ban-ho-tro/{claim.pk}/y-kien", said).status_code == 302
    pages += [
        she.browser.get(mine),
        two.browser.get(f"/ban-ho-tro/{claim.pk}"),
        third.browser.get("/ban-ho-tro/ra-soat"),
    ]
    pages += [third.browser.get(f"/ban-ho-tro/{claim.pk}"), one.browser.get("/ban-ho-tro/so-lieu")]
    assert [page.status_code for page in pages] == [200] * len(pages)
