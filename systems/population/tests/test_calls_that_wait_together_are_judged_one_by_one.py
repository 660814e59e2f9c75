"""Calls are written in batches; each is judged as if it had come alone, in the order in which they came."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from population.disclosure.admission import Ask, Ruling, decide
from population.disclosure.purposes import Reference
from population.disclosure.quota import Limit

from .conftest import DUYEN, Caller, Register

REFERENCES = [Reference("portal_account", str(number)) for number in range(3)]
asks = st.builds(
    Ask,
    client_id=st.sampled_from(["a", "b"]),
    registration=st.sampled_from([1, 2]),
    reference=st.sampled_from(REFERENCES),
    limits=st.lists(
        st.builds(
            Limit, scope=st.sampled_from(["number", "client"]), key=st.sampled_from([b"x", b"y"]), cap=st.just(4)
        ),
        max_size=3,
        unique_by=lambda limit: (limit.scope, limit.key),
    ).map(tuple),
    count=st.integers(1, 3),
)
OPEN = frozenset({("a", REFERENCES[0]), ("a", REFERENCES[1]), ("b", REFERENCES[1])})
REGISTERED = {"a": 1, "b": 2}


@given(st.lists(asks, max_size=20))
def test_a_batch_rules_like_one_call_after_the_other(waiting: list[Ask]) -> None:
    together, moved = decide(waiting, REGISTERED, OPEN, {})
    used: dict[tuple[str, bytes], int] = {}
    alone: list[Ruling] = []
    for ask in waiting:
        rulings, counted = decide([ask], REGISTERED, OPEN, used)
        alone += rulings
        used |= {key: count for key, (count, _) in counted.items()}
    assert together == alone
    assert {key: count for key, (count, _) in moved.items()} == used


@given(st.lists(asks, max_size=20), st.dictionaries(st.tuples(st.just("number"), st.just(b"x")), st.integers(0, 9)))
def test_no_limit_is_passed_and_refusals_count_nothing(waiting: list[Ask], used: dict[tuple[str, bytes], int]) -> None:
    rulings, moved = decide(waiting, REGISTERED, OPEN, used)
    admitted = [ask for ask, ruling in zip(waiting, rulings, strict=True) if ruling.word == "admitted"]
    for key, (count, cap) in moved.items():
        assert count <= cap
        of_key = sum(ask.count for ask in admitted for limit in ask.limits if (limit.scope, limit.key) == key)
        assert count == used.get(key, 0) + of_key
    assert all((ask.client_id, ask.reference) in OPEN for ask in admitted)
    assert all(REGISTERED[ask.client_id] == ask.registration for ask in admitted)


def test_many_at_once_share_commits_and_the_chain_holds(register: Register, national: Caller) -> None:
    reference = national.account()
    before = register.sql("select count(*), (select count(*) from access_batch) from access_log")[0]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: national.verify(DUYEN, code="account_link", reference=reference), range(200)))
    assert {answer.json()["overall"] for answer in answers} == {"MATCH"}
    after = register.sql("select count(*), (select count(*) from access_batch) from access_log")[0]
    assert after[0] - before[0] == 200
    assert after[1] - before[1] < 200
    assert register.sql("select count(distinct request_id) from access_log where reference = %s", reference) == [(200,)]
    assert register.run("access-log", "verify").returncode == 0


def test_a_changed_registration_holds_from_the_next_call_on(register: Register, national: Caller) -> None:
    reference = national.account()
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 200
    purposes = register.sql("select purposes from client where client_id = 'national'")[0][0]
    register.sql("update client set purposes = array['dossier'] where client_id = 'national'")
    try:
        assert national.verify(DUYEN, code="claim", reference=reference).status_code == 403
    finally:
        register.sql("update client set purposes = %s where client_id = 'national'", purposes)
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 200


def test_a_client_that_is_gone_is_refused_though_it_was_seen_before(register: Register, national: Caller) -> None:
    reference = national.account()
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 200
    row = register.sql("select to_jsonb(client)::text from client where client_id = 'national'")[0][0]
    for table in ("reference", "bulk_job"):
        register.sql(f"alter table {table} drop constraint {table}_client_id_fkey")
    register.sql("delete from client where client_id = 'national'")
    try:
        assert national.verify(DUYEN, code="claim", reference=reference).status_code == 401
    finally:
        register.sql("insert into client select * from jsonb_populate_record(null::client, %s::jsonb)", row)
        for table in ("reference", "bulk_job"):
            register.sql(f"alter table {table} add foreign key (client_id) references client")


def test_what_cannot_be_logged_is_not_answered(register: Register, national: Caller) -> None:
    reference = national.account()
    register.sql("alter table access_log add constraint full_disk check (id < 0) not valid")
    try:
        answer = national.verify(DUYEN, code="claim", reference=reference)
    finally:
        register.sql("alter table access_log drop constraint full_disk")
    assert answer.status_code == 503
    assert "overall" not in answer.json()
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 200


def test_a_closed_reference_is_not_remembered(national: Caller) -> None:
    reference = national.open(f"portal_account:{uuid4()}")
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 200
    assert national.call("DELETE", "/npd/v1/references/" + reference.replace(":", "/")).status_code == 200
    assert national.verify(DUYEN, code="claim", reference=reference).status_code == 403
