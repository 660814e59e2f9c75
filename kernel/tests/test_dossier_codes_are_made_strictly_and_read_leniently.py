"""Codes of agencies and dossiers: one form is made, many are read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import agency_code, dossier_code

AGENCIES = st.from_regex(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}", fullmatch=True)
DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2099, 12, 31))


def test_the_form_of_the_circular() -> None:
    code = dossier_code.generate("000.00.01.H50", date(2024, 5, 4), 1)
    assert str(code) == "000.00.01.H50-240504-0001"
    assert code.result_code == "000.00.01.H50-240504-0001-KQ"


@given(AGENCIES, DAYS, st.integers(min_value=1, max_value=9999))
def test_what_is_made_can_be_read(agency: str, day: date, number: int) -> None:
    code = dossier_code.generate(agency, day, number)
    assert dossier_code.parse(str(code)) == code
    assert dossier_code.parse(f" {code.result_code}(2) ") == code


def test_other_systems_codes_are_read() -> None:
    real = dossier_code.parse("G09.20-20260609-0092637")
    assert (real.agency, real.day, real.number) == ("G09.20", date(2026, 6, 9), "0092637")


@pytest.mark.parametrize(
    "text", ["", "000.00.01.H50-240504", "000.00.01.Z50-240504-0001", "000.00.01.H50-241304-0001", "x-240504-0001"]
)
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a dossier code|month must be|day is out"):
        dossier_code.parse(text)


def test_making_is_strict() -> None:
    for agency, number in (("H50.01", 1), ("000.00.01.H50", 0), ("000.00.01.H50", 10_000)):
        with pytest.raises(ValueError, match=r"must|takes"):
            dossier_code.generate(agency, date(2024, 5, 4), number)


def test_agency_codes() -> None:
    assert agency_code.is_valid("000.00.00.H50")
    assert agency_code.is_valid("H50.01.ABC")
    assert not agency_code.is_valid("Z50")
    assert not agency_code.is_new_form("H50." + ".".join(["ABCDE"] * 7))
    assert agency_code.first_level("000.00.01.H50") == agency_code.first_level("H50.01") == "H50"
    assert dossier_code.is_procedure_code("1.004194")
    assert not dossier_code.is_procedure_code("1.0041945")
