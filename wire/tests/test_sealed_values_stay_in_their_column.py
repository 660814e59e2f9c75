"""A sealed value opens only in its column and its system; a blind index tells nothing across systems."""

import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.sealing import SealBroken, Sealer

KNOWN = Sealer({b"cur1": b"s" * 32}, b"cur1", b"k" * 32)


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer.load_or_create(tmp_path_factory.mktemp("keys") / "ring.json")


@given(text=st.text())
def test_what_is_sealed_opens_as_it_was(sealer: Sealer, text: str) -> None:
    blob = sealer.seal(text, "people.full_name")
    assert sealer.open(blob, "people.full_name") == text
    if len(text) > 3:
        assert text.encode() not in blob


def test_moved_to_another_column_it_does_not_open(sealer: Sealer) -> None:
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal("0900000123", "people.phone"), "people.email")


@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_noticed(sealer: Sealer, position: int, bit: int) -> None:
    blob = bytearray(sealer.seal("045185000123", "people.personal_id"))
    blob[position % len(blob)] ^= 1 << bit
    with pytest.raises(SealBroken):
        sealer.open(bytes(blob), "people.personal_id")


def test_another_system_reads_and_compares_nothing(sealer: Sealer, tmp_path: Path) -> None:
    other = Sealer.load_or_create(tmp_path / "ring.json")
    with pytest.raises(SealBroken):
        other.open(sealer.seal("a", "t.c"), "t.c")
    assert sealer.blind("045185000123", "t.c") != other.blind("045185000123", "t.c")
    assert sealer.blind("045185000123", "t.c") == sealer.blind("045185000123", "t.c")


@given(text=st.text(), context=st.sampled_from(["t.c", "person.personal_id"]))
def test_an_index_is_the_hmac_of_its_column_and_text(text: str, context: str) -> None:
    said = context.encode() + b"\0" + text.encode()
    for _ in range(2):
        assert KNOWN.blind(text, context) == hmac.digest(b"k" * 32, said, "sha256")


def test_a_second_process_reads_what_the_first_sealed(tmp_path: Path) -> None:
    first = Sealer.load_or_create(tmp_path / "ring.json")
    second = Sealer.load_or_create(tmp_path / "ring.json")
    assert second.open(first.seal("Hồ Thị Mỹ Duyên", "t.c"), "t.c") == "Hồ Thị Mỹ Duyên"
