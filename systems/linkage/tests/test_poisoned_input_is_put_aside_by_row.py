"""A file made to hurt: each bad row ends in quarantine with its number and reason, every other row is taken in."""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linkage.engines.duckdb import repeated_keys
from linkage.errors import BadMapping, LinkageError, UnreadableSource
from linkage.ingest import csv_rows, mapping, taking
from linkage.workplace import Workplace

HEADING = "ma,ho_ten,ngay_sinh,so\n"
GOOD = [f"K{n},Nguyễn Văn {chr(65 + n % 20)},0{1 + n % 9}/02/1985,04508500{n:04}\n" for n in range(100)]
MAPPING = """
[source]
name = "poisoned"
format = "csv"
[columns]
account_key = "ma"
full_name = "ho_ten"
birth_date = "ngay_sinh"
personal_id = "so"
"""


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "work").make()


def take(work: Workplace, content: bytes, text: str = MAPPING, name: str = "file.csv") -> dict[str, Any]:
    source, mapped = work.root.parent / name, work.root.parent / "mapping.toml"
    source.write_bytes(content)
    mapped.write_text(text, encoding="utf-8")
    return taking.accounts(
        source, mapping.load(mapped), work, duplicates=repeated_keys, progress=lambda _what, _rows: None
    )


def quarantined(work: Workplace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (work.input / "quarantine.ndjson").read_text().splitlines()]


def csv_with(*rows: bytes) -> bytes:
    """Fifty good rows, the bad ones, fifty good rows."""
    before, after = "".join(GOOD[:50]).encode(), "".join(GOOD[50:]).encode()
    return HEADING.encode() + before + b"".join(rows) + after


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (b'X1,"=HYPERLINK(""http://x.example"")",01/02/1985,045085990001\n', "formula"),
        (b"=cmd|'/c calc'!A0,Nguyen Van A,01/02/1985,045085990001\n", "formula"),
        (b"@SUM(A1),Nguyen Van A,01/02/1985,045085990001\n", "formula"),
        (b"X1,Nguy\x00en,01/02/1985,045085990001\n", "nul"),
        ("X1,Nguyễn Văn A,01/02/1985,045085990001\n".encode("utf-16-le")[:-1] + b"\n", "nul"),
        (b"X1,Nguy\xe1\xbbn V\xe3n,01/02/1985,045085990001\n", "wrong_encoding"),
        (b"X1,Nguyen Van A,01/02/1985\n", "cells"),
        (b"X1,Nguyen Van A,01/02/1985,045085990001,extra\n", "cells"),
        (b",Nguyen Van A,01/02/1985,045085990001\n", "no_key"),
        (b'X1,"Nguyen Van A,01/02/1985,045085990001\n', "quote_not_closed"),
        (b"X1," + b"A" * (csv_rows.LONGEST_RECORD + 10) + b",01/02/1985,045085990001\n", "line_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_row_is_put_aside_and_no_other(work: Workplace, row: bytes, fault: str) -> None:
    done = take(work, csv_with(row))
    assert done["taken"] == 100
    assert done["quarantined"] == {fault: 1}
    assert [(one["row"], one["fault"]) for one in quarantined(work)] == [(51, fault)]
    assert done["read"] == 101


def test_what_was_put_aside_is_still_there(work: Workplace) -> None:
    bad = b"X1,Nguy\xe1\xbbn V\xe3n,01/02/1985,045085990001\n"
    take(work, csv_with(bad))
    assert base64.b64decode(quarantined(work)[0]["raw"]) == bad
    assert (work.input / "quarantine.ndjson").stat().st_mode & 0o077 == 0


def test_rows_with_one_key_all_wait_because_nobody_knows_which_is_the_account(work: Workplace) -> None:
    done = take(work, csv_with(GOOD[3].encode(), GOOD[3].replace("Văn", "Thị").encode()))
    assert done["taken"] == 99
    assert done["quarantined"] == {"key_twice": 3}
    assert [one["row"] for one in quarantined(work)] == [4, 51, 52]
    refs = pq.read_table(work.input / "accounts.parquet").column("account_ref").to_pylist()
    assert len(set(refs)) == len(refs) == 99


def test_a_line_of_two_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    """Run by itself under a bound of memory: a sparse file with one line of 2 GiB in the middle."""
    source = tmp_path / "huge.csv"
    with source.open("wb") as stream:
        stream.write(HEADING.encode() + "".join(GOOD[:50]).encode())
        stream.seek(2 * 1024**3, 1)
        stream.write(b"\n" + "".join(GOOD[50:]).encode())
    mapped = tmp_path / "mapping.toml"
    mapped.write_text(MAPPING, encoding="utf-8")
    code = (
        "import resource, sys; from pathlib import Path; from linkage.ingest import csv_rows, mapping;"
        "from linkage.ingest.quarantine import Quarantine;"
        f"fields = mapping.load(Path({str(mapped)!r}));"
        f"aside = Quarantine(Path({str(tmp_path / 'q.ndjson')!r})).__enter__();"
        f"rows = sum(1 for _ in csv_rows.rows(Path({str(source)!r}), fields, aside));"
        "print(rows, dict(aside.counts), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    limit = 1200 * 1024 * 1024
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.startswith("100 {'line_too_long': 1}")
    assert int(done.stdout.split()[-1]) < 400 * 1024


def test_one_open_quote_does_not_swallow_the_file(work: Workplace) -> None:
    done = take(work, csv_with(b'X1,"Nguyen,01/02/1985,045085990001\n'))
    assert done["taken"] == 100


def test_a_name_over_two_lines_in_quotes_is_one_row(work: Workplace) -> None:
    done = take(work, csv_with('X1,"Nguyễn\nVăn A",01/02/1985,045085990001\n'.encode()))
    assert done["taken"] == 101


def test_the_zero_that_excel_would_eat_is_no_formula(work: Workplace) -> None:
    done = take(work, csv_with(b'X1,Nguyen Van A,01/02/1985,"=""045085990001"""\n'))
    assert done["taken"] == 101
    numbers = pq.read_table(work.input / "accounts.parquet").column("number").to_pylist()
    assert 45085990001 in numbers


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('so"', 'khong_co"'), "khong_co"),
        (('"ngay_sinh"', '"ho_ten"'), "birth_date"),
        (('personal_id = "so"', 'personal_id = "ho_ten"'), "personal_id"),
        (('full_name = "ho_ten"', 'ful_name = "ho_ten"'), "ful_name"),
        (('format = "csv"', 'format = "xls"'), "format"),
    ],
)
def test_a_mapping_that_lies_is_named(work: Workplace, change: tuple[str, str], said: str) -> None:
    with pytest.raises(BadMapping, match=said):
        take(work, csv_with(), MAPPING.replace(*change))
    assert not (work.root / "ingest-accounts.json").exists()
    assert not (work.input / "accounts.parquet").exists()


def test_a_file_in_another_encoding_is_refused_as_a_whole(work: Workplace) -> None:
    with pytest.raises(UnreadableSource, match="utf-16"):
        take(work, csv_with().decode().encode("utf-16"))
    with pytest.raises(BadMapping, match="no text in the mapping's encoding"):
        take(work, csv_with().replace("ễ".encode(), b"\xca\xcb"))


def test_no_fault_says_what_a_row_says(work: Workplace) -> None:
    with pytest.raises(LinkageError) as caught:
        take(work, csv_with(), MAPPING.replace('"ngay_sinh"', '"ho_ten"'))
    assert "Nguyễn" not in str(caught.value)
    assert "0450" not in str(caught.value)


def test_the_work_folder_is_nobody_elses(work: Workplace) -> None:
    assert work.root.stat().st_mode & 0o077 == 0
