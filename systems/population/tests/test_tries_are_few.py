"""A person not yet proven may try 5 times a day for one account and 3 times for one number, counted atomically."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from population.disclosure import quota

from .conftest import DUYEN, Caller, Register


def other_numbers(count: int) -> list[dict[str, str]]:
    return [DUYEN | {"personal_id": f"0451859{position:05}"} for position in range(count)]


def test_a_sixth_try_for_one_account_is_refused(national: Caller) -> None:
    reference = national.account()
    subjects = other_numbers(6)
    statuses = [national.verify(subject, reference=reference).status_code for subject in subjects]
    assert statuses == [200] * 5 + [429]
    refused = national.verify(subjects[0], reference=reference)
    assert refused.json()["error"] == "quota_exceeded"
    assert refused.json()["scope"] == "reference"
    assert 0 < refused.json()["retry_after"] <= 86_401
    assert refused.headers["retry-after"] == str(refused.json()["retry_after"])


def test_a_fourth_try_for_one_number_is_refused_over_all_clients(national: Caller, quangtri: Caller) -> None:
    answers = [national.verify(DUYEN), quangtri.verify(DUYEN), national.verify(DUYEN), quangtri.verify(DUYEN)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["scope"] == "number"


def test_a_number_that_does_not_exist_is_counted_alike(national: Caller) -> None:
    unknown = DUYEN | {"personal_id": "045185999998"}
    assert [national.verify(unknown).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_fifty_at_once_count_three(register: Register, national: Caller) -> None:
    references = [national.account() for _ in range(50)]
    subject = DUYEN | {"personal_id": "045185999997"}
    before = register.sql("select count(*) from access_log where outcome = 'NO_MATCH'")[0][0]
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda ref: national.verify(subject, reference=ref).status_code, references))
    assert sorted(set(statuses)) == [200, 429]
    assert statuses.count(200) == 3
    assert register.sql("select count(*) from access_log where outcome = 'NO_MATCH'")[0][0] == before + 3
    assert register.sql("select max(used) from quota where scope = 'number'") == [(3,)]


def test_a_refused_try_counts_against_nothing(register: Register, national: Caller) -> None:
    reference = national.account()
    for _ in range(3):
        national.verify(DUYEN)
    assert national.verify(DUYEN, reference=reference).status_code == 429
    assert [national.verify(s, reference=reference).status_code for s in other_numbers(5)] == [200] * 5


def test_a_client_has_a_quota_of_its_own(register: Register) -> None:
    thrifty = register.callers["thrifty"]
    register.sql("delete from quota")
    reference = thrifty.open("dossier:000.00.01.H49-240504-0001")
    answers = [thrifty.verify(DUYEN, code="dossier", reference=reference) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["scope"] == "client"


def test_a_proven_person_is_not_counted_by_number(national: Caller) -> None:
    assert {national.verify(DUYEN, code="account_link").status_code for _ in range(5)} == {200}


@given(st.integers(min_value=0, max_value=4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_the_day_is_vietnams(now: datetime) -> None:
    midnight, left = quota.today(now)
    assert midnight <= now
    assert 1 <= left <= 86_401
    assert midnight.hour == 0
    assert midnight.utcoffset().total_seconds() == 7 * 3600  # type: ignore[union-attr]


def test_references_of_many_clients_do_not_mix() -> None:
    reference = f"portal_account:{uuid4()}"
    keys = {
        limit.key
        for client in ("a", "b")
        for limit in quota.limits(
            proven=False, client_id=client, quota_per_day=9, reference=reference, number_index=b"n"
        )
        if limit.scope == "reference"
    }
    assert len(keys) == 2
