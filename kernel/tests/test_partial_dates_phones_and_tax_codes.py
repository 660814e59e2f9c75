"""Small formats of the law: dates that lack parts, telephone numbers, tax codes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import phone, tax_code
from kernel.partial_date import PartialDate, PartialDateFormat

DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2100, 12, 31))


@given(DAYS, st.sampled_from(["day", "month", "year"]))
def test_a_partial_date_survives_its_text(day: date, precision: str) -> None:
    month = None if precision == "year" else day.month
    one = PartialDate(day.year, month, day.day if precision == "day" else None)
    assert PartialDate.parse(str(one)) == one


@given(DAYS)
def test_less_knowledge_is_neither_yes_nor_no(day: date) -> None:
    whole = PartialDate(day.year, day.month, day.day)
    year = PartialDate(day.year)
    assert whole.agrees_with(whole) is True
    assert year.agrees_with(year) is True
    assert whole.agrees_with(year) is None
    assert year.agrees_with(whole) is None
    assert PartialDate(day.year - 1 if day.year > 1800 else 1801).agrees_with(whole) is False


def test_people_write_dates_their_way() -> None:
    assert PartialDate.parse("12/2/1985") == PartialDate(1985, 2, 12)
    assert PartialDate.parse(" ０２/1985") == PartialDate(1985, 2)


@pytest.mark.parametrize(
    "text", ["", "1985-02-30", "1985-13", "85", "1985-2-1", "0000", "12/1985/02", "1985-00", "1700"]
)
def test_days_outside_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(PartialDateFormat):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0900 000 123", "0900000123"),
        ("+84 900 000 123", "0900000123"),
        ("84900000123", "0900000123"),
        ("0084(0)900.000.123", "0900000123"),
        ("０９００００００１２３"[:11], None),
        ("0243 8251 234", "02438251234"),
        ("0123456789", None),
        ("090000012", None),
        ("09000001234", None),
        ("", None),
    ],
)
def test_phone_numbers(text: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(phone.PhoneFormat):
            phone.normalise(text)
    else:
        assert phone.normalise(text) == number
        assert phone.normalise(number) == number


def test_phone_mask() -> None:
    assert phone.mask("0905000123") == "0905 ••• 123"
    assert phone.is_mobile("0905000123")
    assert not phone.is_mobile("02438251234")


def test_tax_codes_carry_a_check_digit() -> None:
    assert tax_code.normalise("0100109106") == "0100109106"
    assert tax_code.normalise("0300588569 001") == "0300588569-001"
    for wrong in ("0100109107", "0100109106-000", "010010910", "01001091066", "a100109106"):
        assert not tax_code.is_valid(wrong)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_at_most_one_check_digit_fits(base: str) -> None:
    assert sum(tax_code.is_valid(base + digit) for digit in "0123456789") <= 1


@pytest.mark.parametrize(
    ("born", "young"),
    [
        ("2006-05-04", False),
        ("2006-05-05", True),
        ("2006-05", False),
        ("2006-06", True),
        ("2006", False),
        ("2007", True),
    ],
)
def test_somebody_is_young_only_when_that_is_sure(born: str, young: bool) -> None:
    assert PartialDate.parse(born).surely_under(18, date(2024, 5, 4)) is young
