"""A number is refused for its format alone; what its digits suggest is a warning (Law 26/2023 Art 12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import personal_id
from kernel.partial_date import PartialDate
from kernel.personal_id import Hints, PersonalIdFormat

TWELVE = st.from_regex(r"[0-9]{12}", fullmatch=True)


@given(TWELVE)
def test_twelve_digits_pass_in_any_width_and_spacing(number: str) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    assert personal_id.normalise(wide) == number
    assert personal_id.normalise(f" {number[:3]} {number[3:6]}\u00a0{number[6:]}\n") == number


@pytest.mark.parametrize(
    "text",
    ["", "04518500012", "0451850001234", "04518500012a", "٠٤٥١٨٥٠٠٠١٢٣", "045-185-000123", "²45185000123x"],
    ids=["empty", "11", "13", "letter", "arabic-indic", "hyphens", "superscript"],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(PersonalIdFormat) as refusal:
        personal_id.normalise(text)
    assert str(refusal.value) == "E_ID_FORMAT"


@given(st.text(max_size=20))
def test_whatever_passes_is_twelve_ascii_digits(text: str) -> None:
    try:
        number = personal_id.normalise(text)
    except PersonalIdFormat:
        return
    assert len(number) == 12
    assert number.isascii()
    assert number.isdigit()


def test_hints_read_the_structure() -> None:
    assert personal_id.hints("045085000123") == Hints("045", 1985, "M")
    assert personal_id.hints("045185000123") == Hints("045", 1985, "F")
    assert personal_id.hints("045304000123") == Hints("045", 2004, "F")
    read = personal_id.hints("045185000123")
    assert read is not None
    assert read.place == "Quảng Trị"
    assert personal_id.hints("04518500012") is None


def test_warnings_never_refuse() -> None:
    born = PartialDate(1985, 2, 12)
    assert personal_id.warnings("045185000123", "F", born) == ()
    assert personal_id.warnings("045185000123", "M", born) == ("W_ID_MISMATCH",)
    assert personal_id.warnings("045185000123", "F", PartialDate(1986)) == ("W_ID_MISMATCH",)
    assert personal_id.warnings("003185000123", None, None) == ("W_ID_PLACE",)
    assert personal_id.warnings("201185000123", None, None) == ()


@given(TWELVE)
def test_mask_hides_three_digits(number: str) -> None:
    assert personal_id.mask(number) == f"{number[:6]}•••{number[9:]}"


def test_legacy_numbers_have_nine_digits() -> None:
    assert personal_id.normalise_legacy_id9("197 123 456") == "197123456"
    with pytest.raises(PersonalIdFormat):
        personal_id.normalise_legacy_id9("045185000123")
