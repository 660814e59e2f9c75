"""Import: streamed, fast, idempotent, refused whole batch by batch without repeating what was wrong."""

import json
import resource
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import synthetic
from population.people.import_rows import ImportFault, read
from synthetic import demo

from .conftest import DUYEN, Eid, Mailbox, Register, prepare


@pytest.fixture(scope="module")
def quiet(
    make_database: Callable[[str], str], eid: Eid, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Register]:
    """A register that is not serving."""
    folder: Path = tmp_path_factory.mktemp("quiet")
    made = prepare(make_database("quiet"), folder, eid.port, mailbox.port)
    yield made
    made.http.close()


def feed(rows: Any) -> bytes:
    return "".join(demo.ndjson(rows)).encode()


def test_ten_thousand_people_in_a_few_seconds_and_again_without_change(quiet: Register) -> None:
    lines = feed(synthetic.stream(10_000, 1))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = quiet.run("people", "import", "-", stdin=lines)
    assert done.returncode == 0, done.stderr.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 6
    assert b"10000 people read, 10000 new or changed" in done.stdout
    assert b"10000 people read, 0 new or changed" in quiet.run("people", "import", "-", stdin=lines).stdout


def test_a_changed_line_changes_that_record_only(quiet: Register) -> None:
    rows = list(demo.population_rows())
    rows[0] = rows[0] | {"hometown": "Xã Tân Long, huyện Hướng Hóa, tỉnh Quảng Trị"}
    assert b" 1 new or changed" in quiet.run("people", "import", "-", stdin=feed(rows)).stdout
    assert b" 1 new or changed" in quiet.run("people", "import", "-", stdin=feed(demo.population_rows())).stdout


def test_names_are_kept_in_nfc() -> None:
    row = next(demo.population_rows())
    decomposed = row | {"full_name": unicodedata.normalize("NFD", f" {row['full_name']}  ")}
    (kept,) = read([json.dumps(decomposed).encode()])
    assert kept.record.full_name == row["full_name"]


def test_a_date_is_kept_as_iso_however_it_was_written() -> None:
    row = next(demo.population_rows())
    written, iso = (
        list(read([json.dumps(row | {"birth_date": born}).encode()])) for born in ("2/3/1979", "1979-03-02")
    )
    assert written == iso


def test_a_number_twice_in_one_file_is_kept_once(quiet: Register) -> None:
    row = next(demo.population_rows())
    twice = feed([row | {"hometown": "A"}, row | {"hometown": "B"}])
    assert b"2 people read, 1 new or changed" in quiet.run("people", "import", "-", stdin=twice).stdout
    assert quiet.run("people", "import", "-", stdin=feed([row])).returncode == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"personal_id": "04518500012"},
        {"personal_id": "０45185000123"},
        {"birth_date": "1985-02-30"},
        {"full_name": "\u200b"},
        {"full_name": "D" * 101},
        {"sex": "female"},
        {"state": "gone"},
        {"state": "merged"},
        {"merged_into": "045185000199"},
        {"legacy_id9": "12"},
        {"permanent_residence": {"unit_code": "99999", "line": "x", "since": "2020-01-01"}},
        {"permanent_residence": {"unit_code": "19456", "line": "x", "since": "2025-07-02"}},
        {"blood_group": "A"},
    ],
    ids=str,
)
def test_a_wrong_line_is_named_by_its_number_and_not_repeated(changes: dict[str, Any]) -> None:
    good = json.dumps(next(demo.population_rows())).encode()
    bad = json.dumps(next(demo.population_rows()) | changes).encode()
    with pytest.raises(ImportFault, match=r"^line 3: ") as fault:
        list(read([good, b"\n", bad]))
    assert "Duyên" not in str(fault.value)
    assert "045185" not in str(fault.value)


def test_a_poisoned_file_is_named_line_by_line_and_nothing_of_it_is_kept(quiet: Register) -> None:
    row = next(demo.population_rows())
    fine = [feed([row | {"personal_id": f"0451850{position:05}"}]) for position in range(3_000)]
    poison = {
        2_500: b'{"personal_id": "' + b"9" * 3_000_000 + b'"}\n',
        2_600: feed([row | {"hometown": "\0"}]),
        2_700: feed([row]).decode().encode("utf-16"),
        2_800: feed([row | {"hometown": "Kinh"}]).replace(b"Kinh", b"\xff\xfe"),
        2_900: feed([row | {"full_name": 7}]),
    }
    for number, line in poison.items():
        fine[number - 1] = line.replace(b"\n", b" ") + b"\n"
    before = quiet.sql("select count(*) from person")
    done = quiet.run("people", "import", "-", stdin=b"".join(fine))
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()
    assert [line.split(":")[0] for line in said[:-1]] == [f"line {number}" for number in poison]
    assert "longer than" in said[0]
    assert said[-1] == "5 of 3000 lines are wrong: nothing was kept"
    assert "0451850" not in done.stderr.decode()
    assert quiet.sql("select count(*) from person") == before


def test_what_is_exported_comes_in_again_without_a_change(quiet: Register, tmp_path: Path) -> None:
    assert quiet.run("people", "import", "-", stdin=feed(demo.population_rows())).returncode == 0
    target = tmp_path / "people.ndjson"
    done = quiet.run("people", "export", str(target))
    assert done.returncode == 0, done.stderr
    count = quiet.sql("select count(*) from person")[0][0]
    assert done.stdout.decode().startswith(f"{count} people written, sha256 ")
    assert target.stat().st_mode & 0o777 == 0o600
    again = quiet.run("people", "import", str(target))
    assert f"{count} people read, 0 new or changed" in again.stdout.decode()
    content = target.read_bytes()
    assert quiet.run("people", "export", str(target)).returncode == 1
    assert target.read_bytes() == content


def test_a_first_load_keeps_all_or_nothing(quiet: Register) -> None:
    row = next(demo.population_rows())
    lines = feed([row | {"personal_id": f"0461850{position:05}"} for position in range(2_500)])
    assert b"2500 new" in quiet.run("people", "import", "-", "--first", stdin=lines).stdout
    before = quiet.sql("select count(*) from person")
    more = feed([row | {"personal_id": f"0471850{position:05}"} for position in range(2_500)])
    assert quiet.run("people", "import", "-", "--first", stdin=more + lines).returncode == 1
    assert quiet.sql("select count(*) from person") == before
    quiet.sql("delete from person where changed_at > now() - interval '1 hour' and fingerprint is not null")
    assert quiet.run("people", "import", "-", stdin=feed(demo.population_rows())).returncode == 0


def test_a_wrong_file_leaves_nothing_behind(quiet: Register) -> None:
    row = next(demo.population_rows()) | {"personal_id": "045185000999"}
    done = quiet.run("people", "import", "-", stdin=feed([row]) + b"{\n")
    assert done.returncode == 1
    assert b"line 2" in done.stderr
    again = quiet.run("people", "set-state", "045185000999", "dead")
    assert again.returncode == 1


def test_states_are_written(quiet: Register) -> None:
    number = DUYEN["personal_id"]
    assert quiet.run("people", "set-state", number, "dead", "--since", "2024-05-01").returncode == 0
    assert quiet.sql("select state, state_since::text from person where state_since = '2024-05-01'") == [
        ("dead", "2024-05-01")
    ]
    assert quiet.run("people", "set-state", number, "merged", "--into", "045185000999").returncode == 0
    assert quiet.run("people", "set-state", number, "merged").returncode == 2
    assert quiet.run("people", "set-state", number, "live").returncode == 0
    assert quiet.run("people", "set-state", "12345", "dead").returncode == 2


def test_clients_are_judged_before_any_is_kept(quiet: Register, tmp_path: Path) -> None:
    whole = json.loads((quiet.keys_dir.parent / "clients.json").read_text())
    wrong = [
        [whole[0] | {"purposes": ["curiosity"]}],
        [whole[0] | {"grants": [{"procedure_code": "1.004194", "fields": ["blood_group"]}]}],
        [whole[0] | {"quota_per_day": 0}],
        [whole[0] | {"jwks": {"keys": []}}],
        [whole[0] | {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}],
        [whole[0] | {"agency_code": "nobody"}],
        [{"client_id": "x"}],
        {"client_id": "x"},
    ]
    for content in wrong:
        (tmp_path / "clients.json").write_text(json.dumps(content))
        assert quiet.run("clients", "import", str(tmp_path / "clients.json")).returncode == 1
    assert quiet.run("clients", "import", str(tmp_path / "none.json")).returncode == 1


def test_migrating_again_changes_nothing(quiet: Register) -> None:
    assert b"nothing to apply" in quiet.run("migrate").stdout


def test_serving_says_what_is_missing_in_one_line(quiet: Register, make_database: Callable[[str], str]) -> None:
    def elsewhere(url: str) -> Register:
        environment = quiet.environment | {"POPULATION_DATABASE_URL": url}
        return Register(quiet.origin, environment, quiet.stderr, quiet.http, {})

    refused = elsewhere(make_database("empty")).run("serve")
    assert refused.returncode == 1
    assert refused.stderr.decode().count("\n") == 1
    assert b"population migrate" in refused.stderr
    away = elsewhere("postgresql://x:y@127.0.0.1:1/x").run("serve")
    assert away.returncode == 1
    assert away.stderr.decode().count("\n") == 1


def test_purging_an_empty_register_is_fine(quiet: Register) -> None:
    assert b"references: 0" in quiet.run("purge").stdout


def test_a_member_that_stands_twice_is_refused(quiet: Register) -> None:
    row = json.dumps(next(demo.population_rows()))
    for twin in ('{"personal_id": "045185000777", ', '{"\\u0070ersonal_id": "045185000777", '):
        done = quiet.run("people", "import", "-", stdin=(twin + row[1:] + "\n").encode())
        assert done.returncode == 1
        assert b"line 1: a member stands there twice" in done.stderr
        assert b"045185" not in done.stderr
