"""Codes of units are reused over time: the same code and the same name mean different places on different days."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kernel import admin_units

NOTICE_DAY = date(2024, 5, 4)
LAST_OLD_DAY = date(2025, 6, 30)
FIRST_NEW_DAY = date(2025, 7, 1)


def test_the_commune_of_the_notice_became_lao_bao() -> None:
    old = admin_units.unit("19456", NOTICE_DAY)
    assert old is not None
    assert old.title == "Xã Tân Thành"
    assert admin_units.full_name("19456", NOTICE_DAY) == "Xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị"
    new = admin_units.successor(old, FIRST_NEW_DAY)
    assert new is not None
    assert (new.code, new.title, new.within) == ("19432", "Xã Lao Bảo", "44")
    assert admin_units.successor(old, LAST_OLD_DAY) is old
    assert admin_units.unit("19456", FIRST_NEW_DAY) is None
    assert [one.code for one in admin_units.predecessors(new)] == ["19432", "19456", "19459"]


def test_another_tan_thanh_lives_on_in_the_new_province() -> None:
    other = admin_units.unit("18919", FIRST_NEW_DAY)
    assert other is not None
    assert other.title == "Xã Tân Thành"
    assert admin_units.predecessors(other) == ()


def test_a_code_can_change_its_meaning() -> None:
    before, after = admin_units.unit("19432", LAST_OLD_DAY), admin_units.unit("19432", FIRST_NEW_DAY)
    assert before is not None
    assert after is not None
    assert (before.kind, after.kind) == ("thi_tran", "xa")
    assert admin_units.full_name("45", NOTICE_DAY) == "Tỉnh Quảng Trị"
    assert admin_units.unit("45", FIRST_NEW_DAY) is None
    assert admin_units.full_name("44", FIRST_NEW_DAY) == "Tỉnh Quảng Trị"
    assert admin_units.full_name("44", NOTICE_DAY) == "Tỉnh Quảng Bình"


def test_the_counts_are_those_of_the_law() -> None:
    assert len(admin_units.OLD_PROVINCES) == 63
    assert len(admin_units.units_within("465", NOTICE_DAY)) == 21
    assert len(admin_units.units_within("44", FIRST_NEW_DAY)) == 78
    assert len(admin_units.units_within("", NOTICE_DAY)) == 63
    assert len(admin_units.units_within("", FIRST_NEW_DAY)) == 34


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2035, 1, 1)))
def test_a_code_means_one_unit_a_day_and_every_successor_exists(day: date) -> None:
    everything = [u for u in admin_units._units() if u.exists_on(day)]
    assert len({u.code for u in everything}) == len(everything)
    for old in admin_units.units_within("465", NOTICE_DAY):
        if day >= FIRST_NEW_DAY:
            new = admin_units.successor(old, day)
            assert new is not None
            assert new.exists_on(day)
