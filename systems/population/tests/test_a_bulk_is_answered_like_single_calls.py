"""Many people in one job: answered, counted and logged as single calls are; again without counting twice."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from population import bulk_worker
from population.disclosure import bulk as rule
from population.disclosure.answer import judge
from population.disclosure.purposes import PURPOSES
from population.errors import InvalidRequest
from population.people.bulk_rows import read_lines
from population.people.comparison import DECOY, Subject, Verdict
from synthetic import demo

from .conftest import DUYEN, Caller, Register
from .test_every_access_is_logged_for_good import history

NDJSON = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
LAM = {"full_name": "Nguyễn Văn Lâm", "birth_date": "1979-01-01", "personal_id": "045079000201"}


@pytest.fixture
def mover(register: Register) -> Iterator[Caller]:
    """The national portal, registered to review its accounts before the legal date."""
    register.sql("delete from quota")
    register.sql(
        "update client set purposes = purposes || '{campaign}', quota_per_day = 1000000"
        " where client_id in ('national', 'quangtri')"
    )
    yield register.callers["national"]
    register.sql("update client set purposes = array_remove(purposes, 'campaign')")
    register.sql("update client set quota_per_day = 10000 where client_id in ('national', 'quangtri')")


class Job:
    """A job as its client handles it."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.path = f"/npd/v1/bulk-verify/{uuid4()}"
        self.purpose = {"code": "campaign", "reference": caller.open(f"campaign:{uuid4()}")}

    def open(self) -> Any:
        return self.caller.call("PUT", self.path, {"purpose": self.purpose})

    def send(self, content: bytes, first: int = 0, kind: str = NDJSON) -> Any:
        headers = {"Authorization": f"Bearer {self.caller.token}", "Content-Type": kind}
        address = f"{self.path}/rows?from={first}"
        return self.caller.register.http.post(address, content=content, headers=headers)

    def fetch(self, first: int = 0, kind: str = NDJSON) -> Any:
        headers = {"Authorization": f"Bearer {self.caller.token}", "Accept": kind}
        return self.caller.register.http.get(f"{self.path}/results?from={first}", headers=headers)

    def answers(self, first: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.fetch(first).text.splitlines()]


@pytest.fixture
def job(mover: Caller) -> Job:
    made = Job(mover)
    assert made.open().status_code == 200
    return made


def lines(*subjects: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(subject).encode() + b"\n" for subject in subjects)


SUBJECTS = [
    DUYEN,
    DUYEN | {"full_name": "ho thi my duyen"},
    DUYEN | {"full_name": "Trần Văn Nam"},
    DUYEN | {"birth_date": "1985"},
    DUYEN | {"birth_date": "12/2/1985", "personal_id": "045 185 000 123"},
    DUYEN | {"birth_date": "1990-01-01"},
    DUYEN | {"personal_id": "045185999999"},
]


def test_each_row_is_answered_as_a_single_call_would_be(mover: Caller, job: Job) -> None:
    told = job.send(lines(*SUBJECTS)).json()
    assert (told["next_row"], told["answered"]) == (len(SUBJECTS), len(SUBJECTS))
    for row, (subject, answer) in enumerate(zip(SUBJECTS, job.answers(), strict=True)):
        single = mover.verify(subject, code="claim").json()
        assert answer["row"] == row
        assert {name: answer[name] for name in ("overall", "fields")} == {
            name: single[name] for name in ("overall", "fields")
        }
        assert answer["record_state"] == single.get("record_state")


def test_a_row_that_is_none_is_named_and_stops_nobody(job: Job) -> None:
    bad = [b"{\n", b"\n", b'{"full_name": 1}\n', b'{"full_name":"\xff"}\n', lines(DUYEN | {"personal_id": "12"})]
    assert job.send(b"".join([lines(DUYEN), *bad, lines(DUYEN)])).status_code == 200
    answers = job.answers()
    assert [answer.get("overall") for answer in answers] == ["MATCH", *[None] * len(bad), "MATCH"]
    assert {answer["error"] for answer in answers[1:-1]} == {"invalid_request"}


def test_arrow_in_and_out_says_the_same(job: Job) -> None:
    table = pa.table({name: [subject[name] for subject in SUBJECTS] + [None] for name in DUYEN})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    assert job.send(sink.getvalue(), kind=ARROW).status_code == 200
    rows = pa.ipc.open_stream(job.fetch(kind=ARROW).content).read_all().to_pylist()
    told = job.answers()
    assert [row["overall"] for row in rows] == [one.get("overall", "INVALID") for one in told]
    assert [row["row"] for row in rows] == list(range(len(SUBJECTS) + 1))
    assert rows[1]["full_name"] == "ACCENTS_DIFFER"
    other = Job(job.caller)
    other.open()
    assert other.send(b"no arrow", kind=ARROW).status_code == 400


def test_many_chunks_come_back_in_order_and_go_on_where_they_stopped(job: Job) -> None:
    content = lines(DUYEN) * rule.CHUNK_ROWS + lines(LAM, DUYEN)
    cut = len(lines(DUYEN)) * rule.CHUNK_ROWS
    sent = job.send(content[:cut])
    assert sent.json().get("next_row") == rule.CHUNK_ROWS, sent.text
    assert job.send(content[cut:], first=rule.CHUNK_ROWS).json()["next_row"] == rule.CHUNK_ROWS + 2
    answers = job.answers(rule.CHUNK_ROWS - 1)
    assert [answer["row"] for answer in answers] == list(range(rule.CHUNK_ROWS - 1, rule.CHUNK_ROWS + 2))
    assert answers[0]["overall"] == answers[2]["overall"] == "MATCH"
    assert len(job.answers()) == rule.CHUNK_ROWS + 2
    assert job.send(lines(DUYEN), first=17).status_code == 400


def test_the_same_rows_again_are_neither_counted_nor_logged_twice(register: Register, job: Job) -> None:
    content = lines(*SUBJECTS)
    assert job.send(content).status_code == 200
    seen = register.sql("select (select sum(used) from quota), (select count(*) from access_log)")
    assert job.open().json()["next_row"] == len(SUBJECTS)
    assert job.send(content).json()["answered"] == len(SUBJECTS)
    assert register.sql("select (select sum(used) from quota), (select count(*) from access_log)") == seen


def test_other_rows_under_the_same_numbers_are_refused(job: Job) -> None:
    assert job.send(lines(DUYEN)).status_code == 200
    assert job.send(lines(LAM)).status_code == 409
    assert [answer["overall"] for answer in job.answers()] == ["MATCH"]


def test_a_job_keeps_its_words(job: Job) -> None:
    assert job.open().status_code == 200
    job.purpose = {"code": "campaign", "reference": job.caller.open(f"campaign:{uuid4()}")}
    assert job.open().json()["error"] == "job_conflict"


def test_a_job_is_its_clients_alone(quangtri: Caller, job: Job) -> None:
    assert job.send(lines(DUYEN)).status_code == 200
    job.caller = quangtri
    assert job.fetch().status_code == 404
    assert job.send(lines(DUYEN)).status_code == 404
    assert quangtri.call("GET", job.path).status_code == 404


def test_only_registered_clients_with_a_live_reference_ask_in_bulk(register: Register, job: Job) -> None:
    eid = Job(register.callers["eid"])
    assert eid.open().json()["error"] == "purpose_not_allowed"
    path = "/npd/v1/references/" + job.purpose["reference"].replace(":", "/")
    assert job.caller.call("DELETE", path).status_code == 200
    assert job.send(lines(DUYEN)).json()["error"] == "unknown_reference"
    assert job.answers() == []


def test_every_row_counts_against_the_quota_of_the_day(register: Register, job: Job) -> None:
    register.sql("update client set quota_per_day = 6 where client_id = 'national'")
    try:
        refused = job.send(lines(*SUBJECTS))
    finally:
        register.sql("update client set quota_per_day = 1000000 where client_id = 'national'")
    assert (refused.status_code, refused.json()["scope"]) == (429, "client")
    assert job.answers() == []


def test_the_owner_sees_a_bulk_in_the_history(register: Register, eid_caller: Caller, job: Job) -> None:
    before = len(history(eid_caller).json()["entries"])
    others = [
        {name: row[name] for name in DUYEN}
        for row in demo.population_rows()
        if row["personal_id"] != DUYEN["personal_id"]
    ]
    assert job.send(lines(*others, DUYEN)).status_code == 200
    entries = history(eid_caller).json()["entries"]
    assert len(entries) == before + 1
    assert (entries[0]["what"], entries[0]["purpose"], entries[0]["result_shown"]) == ("bulk_verify", "campaign", True)
    logged = register.sql("select count(*) from access_log where request_id = %s", job.path.rsplit("/", 1)[1])
    assert logged == [(1,)]


def test_the_chain_covers_whom_a_bulk_asked_for(register: Register, job: Job) -> None:
    assert job.send(lines(DUYEN, LAM)).status_code == 200
    assert register.run("access-log", "verify").returncode == 0
    for statement in ("update access_log_people set people = ''", "delete from access_log_people"):
        with pytest.raises(Exception, match="append-only"):
            register.sql(statement)
    register.sql("alter table access_log_people disable trigger user")
    kept = register.sql("delete from access_log_people returning bucket, entry, people")
    try:
        assert register.run("access-log", "verify").returncode == 1
    finally:
        for row in kept:
            register.sql("insert into access_log_people values (%s, %s, %s)", *row)
        register.sql("alter table access_log_people enable trigger user")
    assert register.run("access-log", "verify").returncode == 0


def test_a_line_without_end_is_refused(job: Job) -> None:
    refused = job.send(b"x" * 100_000)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert "too long" in refused.json()["error_description"]
    assert job.answers() == []


names = st.sampled_from(["MATCH", "ACCENTS_DIFFER", "NO_MATCH"])
births = st.sampled_from(["MATCH", "INSUFFICIENT", "NO_MATCH"])


@given(names, births, st.sampled_from(rule.STATES))
def test_a_byte_says_what_a_single_answer_says(name: Any, born: Any, state: Any) -> None:
    overall = "NO_MATCH" if name != "MATCH" or born == "NO_MATCH" else born
    fields = (("full_name", name), ("birth_date", born), ("personal_id", "MATCH"))
    verdict = Verdict(overall, fields)
    assert rule.answer(rule.code(verdict, state)) == judge(PURPOSES["campaign"], verdict, state)
    assert rule.answer(rule.NOT_FOUND) == judge(PURPOSES["campaign"], None, None)


def test_every_byte_is_one_answer_or_none() -> None:
    answers = [rule.answer(byte) for byte in rule.ALL]
    assert len(set(answers)) == len(rule.ALL)
    with pytest.raises(ValueError, match="no byte"):
        rule.answer(200)


@given(
    st.lists(st.one_of(st.binary(max_size=20).filter(lambda b: b"\n" not in b), st.just(json.dumps(DUYEN).encode())))
)
def test_there_are_as_many_rows_as_lines(rows: list[bytes]) -> None:
    read = read_lines(b"".join(row + b"\n" for row in rows))
    assert len(read) == len(rows)
    assert DECOY.record.full_name not in {row[0] for row in read if row}


written = st.one_of(
    st.text(max_size=12), st.sampled_from([*DUYEN.values(), "1985", "12/2/1985", "045 185 000 123", "x" * 101])
)


@given(st.lists(st.one_of(st.none(), st.tuples(written, written, written)), max_size=6))
def test_a_row_is_read_as_the_subject_of_a_single_call(keys_dir: Path, rows: list[tuple[str, str, str] | None]) -> None:
    worker = bulk_worker.Worker("postgresql://nowhere", keys_dir)
    for _ in range(2):  # as it is read, and as it is remembered
        assert worker.keys(rows) == [_read(row) for row in rows]


def _read(row: tuple[str, str, str] | None) -> tuple[str, str, str] | None:
    try:
        subject = Subject.read(*row) if row else None
    except InvalidRequest:
        return None
    return subject and (subject.full_name, str(subject.birth_date), subject.personal_id)


@pytest.fixture(scope="module")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")
