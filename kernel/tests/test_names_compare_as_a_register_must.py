"""Names: NFC and NFD are one, tone placement is no difference, accents are a difference of their own kind."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import vietnamese_names as names

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạầấẩẫậằắđỳýỷỹỵớờợửừự ÀẢĐƠƯ", min_size=1, max_size=24)


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        ("Hồ Thị Mỹ Duyên", "hồ  thị mỹ duyên ", "MATCH"),
        ("Hoàng Văn Hoà", "Hoàng Văn Hòa", "MATCH"),
        ("Nguyễn Thuý", "Nguyễn Thúy", "MATCH"),
        ("Đỗ Quý", "\u00d0ỗ Qúy", "MATCH"),
        ("Hồ Thị Mỹ Duyên", "Ho Thi My Duyen", "ACCENTS_DIFFER"),
        ("Hồ Thị Mỹ Duyên", "Hồ Thị Mỹ Duyen", "ACCENTS_DIFFER"),
        ("Đoàn", "Doàn", "ACCENTS_DIFFER"),
        ("Hồ Thị Mỹ Duyên", "Hồ Thị Mỹ Duyện", "ACCENTS_DIFFER"),
        ("Hồ Thị Mỹ Duyên", "Mỹ Duyên Hồ Thị", "NO_MATCH"),
        ("Nguyễn Lý", "Nguyễn Lí", "NO_MATCH"),
        ("", "", "NO_MATCH"),
        ("\u200b", "\u200b", "NO_MATCH"),
        ("Жан", "Лев", "NO_MATCH"),
    ],
)
def test_comparison(one: str, other: str, result: str) -> None:
    assert names.compare(one, other) == result
    assert names.compare(other, one) == result


@given(VIETNAMESE)
def test_normal_forms_and_case_make_no_difference(text: str) -> None:
    if not names.canonical(text):
        return
    assert names.compare(unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text).upper()) == "MATCH"


@given(st.text(max_size=40))
def test_canonical_is_stable_and_nfc(text: str) -> None:
    once = names.canonical(text)
    assert names.canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "  " not in once


@given(VIETNAMESE)
def test_fold_is_lower_ascii_and_equal_when_accents_differ(text: str) -> None:
    folded = names.fold(text)
    assert folded.isascii()
    assert folded == folded.lower()
    if folded:
        assert names.compare(text, folded) in {"MATCH", "ACCENTS_DIFFER"}


def test_fold_examples() -> None:
    assert names.fold("Đặng Thùy Trâm") == "dang thuy tram"
    assert names.fold("Nguyễn Ưng Ơn") == "nguyen ung on"


def test_order_is_the_dictionary_order() -> None:
    words = [
        "ba",
        "bà",
        "bả",
        "bã",
        "bá",
        "bạ",
        "ban",
        "băn",
        "bân",
        "bo",
        "bô",
        "bơ",
        "da",
        "đa",
        "em",
        "êm",
        "um",
        "ưm",
    ]
    assert sorted(words, key=names.sort_key) == words


def test_people_are_listed_by_given_name() -> None:
    people = ["Hồ Văn An", "Lê Thị Ánh", "Hồ Thị Mỹ Duyên", "Trần Đức", "Hồ Thị Xa"]
    assert sorted(people, key=names.name_sort_key) == people


@given(VIETNAMESE, VIETNAMESE)
def test_sort_keys_are_equal_only_for_equal_names(one: str, other: str) -> None:
    if not names.canonical(one) or not names.canonical(other):
        return
    assert names.sort_key(one).isascii()
    assert (names.sort_key(one) == names.sort_key(other)) == (names.compare(one, other) == "MATCH")
