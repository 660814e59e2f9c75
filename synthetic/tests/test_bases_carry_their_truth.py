"""A base says of each account whose it is; its noise is what noise.toml says; the same seed makes the same bytes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kernel import tax_code, vietnamese_names
from synthetic import bases
from synthetic.bases.noise import SOURCE, Noise

PEOPLE = 60_000


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    bases.write(folder, people_count=PEOPLE, account_count=None, seed=11, noise=Noise.load())
    return folder


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def test_every_rate_has_a_source_or_says_assumed() -> None:
    for kinds in tomllib.loads(SOURCE.read_text("utf-8")).values():
        for row in kinds.values():
            assert set(row) == {"rate", "source"}
            assert len(row["source"]) >= len("assumed")


def test_doubling_doubles_every_rate() -> None:
    once, twice = Noise.load().rates, Noise.load(2).rates
    assert {name: min(1, 2 * rate) for name, rate in once.items()} == twice


def test_the_same_seed_makes_the_same_bytes_and_another_seed_does_not(base: Path, tmp_path: Path) -> None:
    for seed, same in ((11, True), (12, False)):
        folder = tmp_path / str(seed)
        bases.write(folder, people_count=PEOPLE, account_count=None, seed=seed, noise=Noise.load())
        for name in ("people", "accounts", "organisations", "truth"):
            assert ((folder / f"{name}.parquet").read_bytes() == (base / f"{name}.parquet").read_bytes()) is same


def test_the_first_people_do_not_depend_on_how_many_are_asked_for(base: Path, tmp_path: Path) -> None:
    bases.write(tmp_path, people_count=1_000, account_count=0, seed=11, noise=Noise.load())
    assert rows(tmp_path, "people") == rows(base, "people")[:1_000]


def test_numbers_are_nobody_elses_and_of_the_form_of_the_decree(base: Path) -> None:
    people = rows(base, "people")
    numbers = [str(one["personal_id"]) for one in people]
    assert len(set(numbers)) == PEOPLE
    for one in people[:2_000]:
        number, born = str(one["personal_id"]), str(one["birth_date"])
        assert len(number) == 12
        assert (number[3] in "02") == (one["sex"] == "M")
        assert number[4:6] == born[2:4]


def test_an_account_without_noise_says_what_the_register_says(base: Path) -> None:
    people = {one["personal_id"]: one for one in rows(base, "people")}
    truth = {one["account_key"]: one for one in rows(base, "truth")}
    seen = 0
    for account in rows(base, "accounts"):
        true = truth[account["account_key"]]
        if true["situation"] == "plain" and {true[f"{k}_noise"] for k in ("name", "number", "date")} == {"none"}:
            person = people[true["belongs_to"]]
            assert account["personal_id"] == person["personal_id"]
            assert account["full_name"] == person["full_name"]
            assert account["birth_date"] == person["birth_date"]
            seen += 1
        elif true["belongs_to"] and true["name_noise"] in (
            "unicode_form",
            "spacing_and_case",
            "accents_lost",
            "tone_wrong",
        ):
            bare = vietnamese_names.compare(str(account["full_name"]), str(people[true["belongs_to"]]["full_name"]))
            assert bare != "NO_MATCH"
    assert seen > 8_000


def test_every_kind_of_noise_occurs(base: Path) -> None:
    truth = rows(base, "truth")
    noise = Noise.load()
    assert {one["name_noise"] for one in truth} == {"none", *noise.kinds("name")}
    assert {one["date_noise"] for one in truth} == {"none", *noise.kinds("birth_date")}
    kinds = {"none", "nine_digits", "no_number", "digit_wrong", "someone_elses", "former"}
    assert {one["number_noise"] for one in truth} == kinds
    assert all(tax_code.is_valid(str(one["tax_code"])) for one in rows(base, "organisations"))


def test_what_an_account_holds_is_held_by_no_other(base: Path) -> None:
    for what in ("dossiers", "documents", "roles"):
        held = [code for account in rows(base, "accounts") for code in account[what]]  # type: ignore[attr-defined]
        assert held
        assert len(held) == len(set(held))


def test_the_hidden_seed_is_kept_and_not_printed(tmp_path: Path) -> None:
    seed = bases.hidden_seed(tmp_path)
    assert bases.hidden_seed(tmp_path) == seed
    assert (tmp_path / "hidden-seed").stat().st_mode & 0o077 == 0
    words = [
        sys.executable,
        "-c",
        f"from synthetic import bases; from pathlib import Path; bases.hidden_seed(Path({str(tmp_path)!r}))",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert str(seed) not in done.stdout + done.stderr
