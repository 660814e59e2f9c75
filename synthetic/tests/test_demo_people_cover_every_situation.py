"""The demo table is complete, consistent with itself, and made up."""

import re

import pytest

from kernel import admin_units, personal_id, phone, tax_code, vietnamese_names
from kernel.country_time import VIETNAM
from kernel.partial_date import PartialDate
from synthetic import demo

SITUATIONS = [
    "duyen",
    "lam",
    "thuy",
    "hai",
    "gai",
    "kieu",
    "nuoi",
    "son",
    "hanh",
    "quang",
    "lan",
    "thiet",
    "linh",
    "vinh",
    "chau",
    "hoa",
    "hoa-em",
    "phuoc",
    "admin-1",
    "admin-2",
    "de-xuat",
    "phe-duyet",
    "ngoc",
    "tu",
]


def test_every_situation_of_the_move_has_its_person() -> None:
    assert set(SITUATIONS) <= {one.slug for one in demo.PEOPLE}
    assert len({one.slug for one in demo.PEOPLE}) == len(demo.PEOPLE)


def test_the_situations_are_what_they_say() -> None:
    person = demo.by_slug
    duyen = person("duyen")
    assert (duyen.full_name, duyen.personal_id, duyen.birth_date, duyen.sex) == (
        "Hồ Thị Mỹ Duyên",
        "045185000123",
        "1985-02-12",
        "F",
    )
    assert duyen.old_accounts[0].matched
    assert duyen.eid_level == 2
    assert person("lam").old_accounts[0].personal_id is None
    thuy = person("thuy")
    assert vietnamese_names.compare(thuy.old_accounts[0].full_name, thuy.full_name) == "ACCENTS_DIFFER"
    assert person("hai").old_accounts[1].personal_id == person("hai").personal_id
    assert person("gai").old_accounts[0].legacy_id9
    assert person("kieu").eid_level == 1
    assert person("nuoi").eid is None
    assert person("son").eid_state == "locked"
    assert len(person("hanh").old_accounts) == 2
    assert person("quang").old_accounts[0].kind == "official"
    assert tax_code.is_valid(person("lan").old_accounts[0].tax_code or "")
    assert person("thiet").person.state == "dead"
    assert not person("linh").old_accounts
    assert person("chau").old_accounts[0].phone == person("khoa").phone
    assert person("hoa").birth_date == person("hoa-em").birth_date
    assert person("phuoc").person.household == duyen.person.household
    assert person("phuoc").duties


@pytest.mark.parametrize("one", demo.PEOPLE, ids=lambda one: one.slug)
def test_everybody_is_well_formed(one: demo.DemoPerson) -> None:
    assert personal_id.normalise(one.personal_id) == one.personal_id
    assert personal_id.warnings(one.personal_id, one.sex, PartialDate.parse(one.birth_date)) == ()
    assert vietnamese_names.canonical(one.full_name) == one.full_name.upper()
    assert re.fullmatch(r"0900000\d{3}", one.phone)
    assert phone.normalise(one.phone) == one.phone
    home = one.person.permanent_residence
    assert admin_units.unit(home.unit_code, home.since)
    for password in filter(None, (one.portal_password, one.eid_password)):
        assert 8 <= len(password) <= 20
        assert all(re.search(kind, password) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
    for account in one.old_accounts:
        assert account.created_at.tzinfo is VIETNAM
        assert re.fullmatch(r"0900000\d{3}", account.phone)


def test_rows_have_the_shape_of_the_contract() -> None:
    people = list(demo.population_rows())
    assert len({row["personal_id"] for row in people}) == len(people)
    heads = [row["household"] for row in people if row["relation"] == "head"]
    assert len(set(heads)) == len(heads)
    assert {row["household"] for row in people if row["household"]} == set(heads)
    assert set(next(iter(demo.eid_rows()))) == {
        "personal_id",
        "full_name",
        "birth_date",
        "sex",
        "phone",
        "email",
        "password",
        "level",
        "state",
        "lock_reason",
        "phone_since",
    }
    assert set(next(iter(demo.old_account_rows()))) == {
        "kind",
        "personal_id",
        "legacy_id9",
        "tax_code",
        "full_name",
        "birth_date",
        "phone",
        "email",
        "password",
        "created_at",
        "last_sign_in_at",
        "matched",
        "cohort",
        "commune",
        "documents",
        "dossiers",
    }
    phones = [row["phone"] for row in demo.eid_rows()]
    assert len(set(phones)) == len(phones)
    for portal in ("national", "quangtri"):
        for row in demo.duty_rows(portal):
            assert row["proposed_by"] != row["approved_by"]
    assert {row["role"] for row in demo.duty_rows("national")} >= {"agency_admin", "policy_proposer", "policy_approver"}
    assert [row["username"] for row in demo.editors()] == ["tu"]
    assert all(line.endswith("}\n") and "\\u" not in line for line in demo.ndjson(demo.population_rows()))
