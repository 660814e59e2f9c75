"""Each shipped mapping reads its example; fourteen kinds of legacy hash are told apart, kept, and never tried."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linkage.engines.duckdb import repeated_keys
from linkage.ingest import legacy_hashes, mapping, taking
from linkage.workplace import Workplace

HERE = Path(__file__).parent
SCHEMAS = Path(mapping.__file__).parent / "schemas"
NAMES = sorted(path.stem for path in SCHEMAS.glob("*.toml"))
DUYEN = {"number": 45185000123, "birth_date": "1985-02-12", "name_folded": "ho thi my duyen"}


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "work").make()


def take(work: Workplace, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    source = next((HERE / "legacy").glob(f"{name}.*"))
    fields = mapping.load(SCHEMAS / f"{name}.toml")
    done = taking.accounts(source, fields, work, duplicates=repeated_keys, progress=lambda _what, _rows: None)
    return done, pq.read_table(work.input / "accounts.parquet").to_pylist()


def test_there_are_five() -> None:
    assert len(NAMES) == 5


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_read_whole_and_says_the_same_of_the_same_woman(work: Workplace, name: str) -> None:
    done, rows = take(work, name)
    assert done["quarantined"] == {}
    assert done["taken"] == len(rows) >= 2
    assert {field: rows[0][field] for field in DUYEN} == DUYEN
    assert rows[0]["kind"] == "citizen"
    assert rows[0]["last_sign_in"] == "2024-04-22"


def test_kinds_and_nine_digits_of_a_joint_column(work: Workplace) -> None:
    _, rows = take(work, "csv-with-vietnamese-headings")
    assert [row["kind"] for row in rows] == ["citizen", "organisation", "official"]
    assert rows[2]["id9"] == 197123456
    assert rows[2]["number"] is None


def test_a_dump_is_text_and_is_never_run(work: Workplace) -> None:
    _, rows = take(work, "mysql-dump")
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert rows[1]["name_folded"].startswith("o'neil; drop table users;--")
    assert rows[1]["last_sign_in"] is None


def test_a_year_and_a_missing_value_of_copy(work: Workplace) -> None:
    _, rows = take(work, "postgresql-dump")
    assert rows[1]["birth_date"] == "1958"
    assert rows[1]["id9"] == 197000204
    held = pq.read_table(work.input / "holdings.parquet").to_pylist()
    assert [one["code"] for one in held] == ["000.00.01.H50-240110-0001", "000.00.01.H50-240111-0002"]


def test_a_passport_without_a_number_is_a_foreigner(work: Workplace) -> None:
    _, rows = take(work, "aspnet-identity-csv")
    assert [row["foreigner"] for row in rows] == [False, True]


def test_hashes_are_kept_as_they_were_in_a_file_of_their_own(work: Workplace) -> None:
    take(work, "mysql-dump")
    kept = pq.read_table(work.input / "passwords.parquet").to_pylist()
    assert [(one["kind"], one["hash"], one["salt"]) for one in kept] == [
        ("phpass", "$P$B12345678abcdefghijklmnopqrstuv", ""),
        ("md5-hex", "5f4dcc3b5aa765d61d8327deb882cf99", "s4lt"),
    ]
    text = str(pq.read_table(work.input / "accounts.parquet").to_pylist())
    assert "5f4dcc3b" not in text
    assert "0900000123" not in text


EXAMPLES = {
    "bcrypt": "$2b$12$" + "a" * 53,
    "argon2": "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
    "django-scrypt": "scrypt$16384$salt$8$1$aGFzaA==",
    "django-pbkdf2-sha256": "pbkdf2_sha256$870000$salt$aGFzaA==",
    "phpass": "$P$B" + "a" * 30,
    "drupal7": "$S$D" + "a" * 51,
    "md5-crypt": "$1$saltsalt$" + "a" * 22,
    "sha256-crypt": "$5$rounds=5000$saltsalt$" + "a" * 43,
    "sha512-crypt": "$6$saltsalt$" + "a" * 86,
    "ldap-ssha": "{SSHA}" + base64.b64encode(b"x" * 28).decode(),
    "mysql41": "*" + "A" * 40,
    "sha256-hex": "a" * 64,
    "md5-hex": "a" * 32,
    "aspnet-identity": base64.b64encode(b"\x01" + b"x" * 60).decode(),
}


def test_there_are_fourteen_kinds_and_each_has_an_example() -> None:
    assert set(EXAMPLES) == set(legacy_hashes.KINDS)
    assert len(legacy_hashes.KINDS) == 14


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_kind_is_told_from_all_others(kind: str) -> None:
    assert legacy_hashes.recognise(EXAMPLES[kind]) == kind


@pytest.mark.parametrize("odd", ["", "password", "a" * 31, "$2b$12$short", "{SHA}abc"])
def test_what_is_not_known_is_kept_as_unknown(odd: str) -> None:
    assert legacy_hashes.recognise(odd) == legacy_hashes.UNKNOWN


def test_linkage_never_tries_a_password() -> None:
    text = "".join(path.read_text("utf-8") for path in Path(mapping.__file__).parents[1].rglob("*.py"))
    assert not re.search(r"\b(checkpw|pbkdf2_hmac|crypt\.crypt|verify_password)\b", text)
