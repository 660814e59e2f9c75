"""A role exists only when one administrator proposed and another approved it; it ends the same day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import dossier_kit as kit
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from portal_walks import heading

from conftest import login_eid, login_old, make_account, make_identity, put_login
from kernel import country_time
from portal.accounts import sessions
from portal.accounts.duty.access import DutyRefused, enforce
from portal.accounts.duty.actions.approve import approve
from portal.accounts.duty.actions.bootstrap import BootstrapRefused, bootstrap
from portal.accounts.duty.actions.end import end
from portal.accounts.duty.actions.propose import Proposal, propose
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Duty, Refusal, Role, SignIn, may_approve, may_propose, may_work

pytest_plugins = ["dossier_fixtures"]
PEOPLE = ("045075000301", "045178000302", "045189000305", "045083000124")
TODAY = date(2024, 5, 4)


def _row(number: str, role: str, **more: str) -> dict[str, str | None]:
    return {
        "personal_id": number,
        "full_name": f"Người {number[-3:]}",
        "agency": "H50",
        "office": kit.POLICE,
        "role": role,
        "valid_from": "2024-01-02",
        "valid_to": None,
        "proposed_by": PEOPLE[0],
        "approved_by": PEOPLE[1],
    } | more


def _two_admins(browser: Callable[[], Client]) -> list[tuple[Client, DutyGrant, sessions.LoginRecord]]:
    bootstrap("H50", [_row(PEOPLE[0], "agency_admin"), _row(PEOPLE[1], "agency_admin")])
    found = []
    for number in PEOPLE[:2]:
        client = browser()
        login = login_eid(client, make_identity(personal_id=number, full_name=f"Người {number[-3:]}"))
        grant = next(g for g in DutyGrant.objects.all() if g.personal_id == number)
        kit.choose_role(client, grant)
        found.append((client, grant, login))
    return found


PROPOSAL = Proposal(PEOPLE[2], "Bùi Thị Ngọc", kit.POLICE, "", "reception_officer", TODAY, None)


@pytest.mark.django_db
class TestTheDutyTable:
    """On the page and by the acts behind it."""

    def test_one_proposes_another_approves(self, browser: Callable[[], Client]) -> None:
        (first, _g1, _l1), (second, _g2, _l2) = _two_admins(browser)
        form = {
            "personal_id": PEOPLE[2],
            "full_name": "Bùi Thị Ngọc",
            "office": kit.POLICE,
            "role": "reception_officer",
            "valid_from": "04/5/2024",
        }
        assert first.post("/quan-tri/phan-quyen", form).status_code == 302
        grant = DutyGrant.objects.get(role="reception_officer")
        officer = browser()
        login_eid(officer, make_identity(personal_id=PEOPLE[2]))
        assert officer.get("/mot-cua").status_code == 403
        assert first.post(f"/quan-tri/phan-quyen/{grant.pk}/duyet").status_code == 403
        assert second.post(f"/quan-tri/phan-quyen/{grant.pk}/duyet").status_code == 302
        kit.choose_role(officer, grant)
        assert officer.get("/mot-cua").status_code == 200

    def test_an_administrator_gives_no_role_to_himself(self, browser: Callable[[], Client]) -> None:
        (_first, grant, login), _other = _two_admins(browser)
        own = Proposal(PEOPLE[0], "Người 301", kit.POLICE, "", "approver", TODAY, None)
        with pytest.raises(DutyRefused) as refused:
            propose(kit.acting(grant, login), own)
        assert refused.value.refusal is Refusal.SAME_PERSON

    def test_a_role_ends_the_same_day_for_the_next_request_and_in_the_transaction(
        self, browser: Callable[[], Client]
    ) -> None:
        (_first, first, login), (_second, second, other) = _two_admins(browser)
        grant = propose(kit.acting(first, login), PROPOSAL)
        approve(kit.acting(second, other), grant.pk)
        officer = browser()
        officer_login = login_eid(officer, make_identity(personal_id=PEOPLE[2]))
        kit.choose_role(officer, grant)
        assert officer.get("/mot-cua").status_code == 200
        end(kit.acting(first, login), grant.pk)
        assert officer.get("/mot-cua").status_code == 403
        with pytest.raises(DutyRefused) as refused, transaction.atomic():
            enforce(kit.acting(grant, officer_login))
        assert refused.value.refusal is Refusal.ENDED

    def test_ending_is_asked_first_and_done_by_posting_only(self, browser: Callable[[], Client]) -> None:
        (first, own, login), (_second, second, other) = _two_admins(browser)
        grant = propose(kit.acting(own, login), PROPOSAL)
        approve(kit.acting(second, other), grant.pk)
        table = first.get("/quan-tri/phan-quyen").content.decode()
        assert f'href="/quan-tri/phan-quyen/{grant.pk}/ket-thuc"' in table
        assert "govuk-button--warning" not in table
        page = first.get(f"/quan-tri/phan-quyen/{grant.pk}/ket-thuc")
        assert page.status_code == 200
        assert "Bùi Thị Ngọc" in page.content.decode()
        grant.refresh_from_db()
        assert grant.ended_on is None
        assert first.post(f"/quan-tri/phan-quyen/{grant.pk}/ket-thuc").status_code == 302
        grant.refresh_from_db()
        assert grant.ended_on == country_time.today()
        assert first.get(f"/quan-tri/phan-quyen/{grant.pk}/ket-thuc").status_code == 403

    def test_the_same_role_is_proposed_once(self, browser: Callable[[], Client]) -> None:
        (first, own, login), (_second, second, other) = _two_admins(browser)
        grant = propose(kit.acting(own, login), PROPOSAL)
        for admin, by in ((own, login), (second, other)):
            with pytest.raises(DutyRefused) as refused:
                propose(kit.acting(admin, by), PROPOSAL)
            assert refused.value.refusal is Refusal.ALREADY_THERE
        approve(kit.acting(second, other), grant.pk)
        with pytest.raises(DutyRefused):
            propose(kit.acting(own, login), PROPOSAL)
        propose(kit.acting(own, login), replace(PROPOSAL, role="approver"))
        end(kit.acting(own, login), grant.pk)
        assert propose(kit.acting(own, login), PROPOSAL).pk != grant.pk, "what has ended may be given anew"
        assert "H50" not in heading(first.get("/quan-tri/phan-quyen"))

    def test_a_role_may_be_proposed_for_days_after_the_last(self, browser: Callable[[], Client]) -> None:
        (_first, own, login), _ = _two_admins(browser)
        propose(kit.acting(own, login), replace(PROPOSAL, valid_to=TODAY))
        propose(kit.acting(own, login), replace(PROPOSAL, valid_from=TODAY + timedelta(days=1)))

    def test_the_table_itself_knows_no_role_by_one_person(self) -> None:
        admin = kit.grant_role(make_identity(personal_id=PEOPLE[0]), "agency_admin")
        lone = kit.grant_role(make_identity(personal_id=PEOPLE[2]), bootstrapped=False, approved_at=None)
        lone.proposed_by = lone.approved_by = admin
        with pytest.raises(IntegrityError), transaction.atomic():
            lone.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            DutyGrant.objects.filter(pk=lone.pk).update(approved_at=country_time.now())

    @pytest.mark.parametrize(
        "rows",
        [
            [_row(PEOPLE[0], "agency_admin")],
            [_row(PEOPLE[0], "agency_admin"), _row(PEOPLE[0], "agency_admin")],
            [
                _row(PEOPLE[0], "agency_admin"),
                _row(PEOPLE[1], "agency_admin"),
                _row(PEOPLE[2], "reception_officer", approved_by=PEOPLE[0]),
            ],
        ],
    )
    def test_bootstrap_needs_two_named_persons(self, rows: list[dict[str, str]]) -> None:
        with pytest.raises(BootstrapRefused):
            bootstrap("H50", rows)
        assert DutyGrant.objects.count() == 0

    def test_bootstrap_happens_once(self) -> None:
        rows = [_row(PEOPLE[0], "agency_admin"), _row(PEOPLE[1], "agency_admin"), _row(PEOPLE[2], "reception_officer")]
        assert bootstrap("H50", rows) == 3
        assert bootstrap("H50", [_row(PEOPLE[3], "agency_admin"), _row(PEOPLE[2], "agency_admin")]) == 0


@pytest.mark.django_db
class TestTheLoginOfAnOfficial:
    """Level 2, directly with the e-ID, and the person of the grant: nothing else."""

    def _officer(self, client: Client, **login: object) -> int:
        who = make_identity(personal_id=PEOPLE[2])
        record = login_eid(client, who)
        grant = kit.grant_role(who)
        kit.choose_role(client, grant)
        from dataclasses import replace

        put_login(client, replace(record, **login))  # type: ignore[arg-type]
        return client.get("/mot-cua").status_code

    def test_level_1_does_not_work(self, client: Client) -> None:
        assert self._officer(client, acr="urn:motcua:acr:eid1") == 302

    def test_a_login_through_the_national_portal_does_not_work(self, client: Client) -> None:
        assert self._officer(client, how="sso", upstream={"how": "eid", "acr": "urn:motcua:acr:eid2"}) == 302

    @pytest.mark.usefixtures("policy_until_july")
    def test_an_old_officials_account_carries_no_role(self, client: Client) -> None:
        login_old(client, make_account(kind="official", personal_id=PEOPLE[2]))
        kit.grant_role(make_identity(personal_id=PEOPLE[2]))
        assert client.get("/mot-cua").status_code == 302
        assert client.get("/mot-cua").headers["Location"].startswith("/vneid/bat-dau")

    def test_another_persons_grant_cannot_be_chosen(self, client: Client) -> None:
        login_eid(client, make_identity(personal_id=PEOPLE[3]))
        grant = kit.grant_role(make_identity(personal_id=PEOPLE[2]))
        assert client.post("/cong-vu", {"grant": str(grant.pk)}).status_code == 403


PERSONS = st.sampled_from([b"a", b"b", b"c"])


@given(
    person=PERSONS,
    proposed=st.none() | PERSONS,
    approved=st.none() | PERSONS,
    start=st.integers(-3, 3),
    length=st.none() | st.integers(0, 3),
    ended=st.none() | st.integers(-3, 3),
    how=st.sampled_from(["old", "eid", "sso"]),
    acr=st.sampled_from(["urn:motcua:acr:eid1", "urn:motcua:acr:eid2", ""]),
    who=st.none() | PERSONS,
)
def test_whoever_works_fulfils_every_condition(
    *,
    person: bytes,
    proposed: bytes | None,
    approved: bytes | None,
    start: int,
    length: int | None,
    ended: int | None,
    how: str,
    acr: str,
    who: bytes | None,
) -> None:
    begins = TODAY + timedelta(days=start)
    duty = Duty(
        person=person,
        agency="H50",
        office="",
        role=Role.RECEPTION_OFFICER,
        valid_from=begins,
        valid_to=None if length is None else begins + timedelta(days=length),
        proposed_by=proposed,
        approved_by=approved,
        ended_on=None if ended is None else TODAY + timedelta(days=ended),
    )
    allowed = may_work(SignIn(how, acr, who), duty, Role.RECEPTION_OFFICER, TODAY) is None
    expected = (
        how == "eid"
        and acr.endswith("eid2")
        and who == person
        and approved is not None
        and ended is None
        and start <= 0
        and (length is None or begins + timedelta(days=length) >= TODAY)
    )
    assert allowed is expected
    assert may_work(None, duty, Role.RECEPTION_OFFICER, TODAY) is Refusal.NOT_SIGNED_IN


@given(admin=PERSONS, person=PERSONS, proposer=PERSONS)
def test_nobody_makes_a_role_alone(admin: bytes, person: bytes, proposer: bytes) -> None:
    duty = Duty(admin, "H50", "", Role.AGENCY_ADMIN, TODAY, None, b"x", b"y", None)
    proposed = Duty(person, "H50", "", Role.APPROVER, TODAY, None, proposer, None, None)
    assert (may_approve(duty, proposed) is None) is (admin not in (proposer, person))
    assert (may_propose(duty, person=person, agency="H50") is None) is (admin != person)
    assert may_propose(duty, person=b"z", agency="H49") is Refusal.OTHER_AGENCY
