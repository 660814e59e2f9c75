"""A person asks for a correction; two officers who are neither he nor of his household decide, in two working days."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.country_time import VIETNAM
from population.corrections import rules
from population.corrections.rules import Given, Hand
from synthetic import demo

from .conftest import DUYEN, Register
from .issuer import Guest

NUMBER, NAME = DUYEN["personal_id"], DUYEN["full_name"]
ROWS = list(demo.population_rows())
MINE = next(one for one in ROWS if one["personal_id"] == NUMBER)
OTHERS = [one for one in ROWS if one.get("household") != MINE.get("household") and one.get("state", "live") == "live"]
KIN = next((one for one in ROWS if one.get("household") == MINE.get("household") and one is not MINE), None)


@pytest.fixture
def officers(register: Register, guest: Callable[[], Guest], tmp_path: Any) -> Iterator[dict[str, Guest]]:
    people = {"first": OTHERS[0], "second": OTHERS[1], "third": OTHERS[2], "own": MINE} | ({"kin": KIN} if KIN else {})
    duties = ["corrections", "alarms"]
    listed = [
        {"personal_id": one["personal_id"], "full_name": one["full_name"], "duties": duties} for one in people.values()
    ]
    (tmp_path / "officers.json").write_text(json.dumps(listed))
    assert register.run("officers", "import", str(tmp_path / "officers.json")).returncode == 0
    found = {}
    for name, one in people.items():
        found[name] = guest()
        assert found[name].sign_in(one["personal_id"], one["full_name"], "/can-bo").status_code == 303
    yield found
    register.sql("delete from correction_opinion")
    register.sql("delete from correction")
    register.sql("delete from officer")
    register.sql("update person set fingerprint = number_index")
    assert register.run("people", "import", "-", stdin="".join(demo.ndjson(iter(ROWS))).encode()).returncode == 0


ASKED = {"field": "full_name", "value": "Hồ Thị Mỹ Duyền", "paper": "birth_certificate", "paper_number": "12/1985"}


def ask(browser: Guest, **changed: str) -> Any:
    return browser.post("/cua-toi/dinh-chinh", browser.get("/cua-toi/dinh-chinh"), **ASKED | changed)


def case(register: Register) -> str:
    ((id_,),) = register.sql("select id::text from correction where outcome is null")
    return f"/can-bo/dinh-chinh/{id_}"


def decide(browser: Guest, path: str, decision: str = "grant", reason: str = "Giấy khai sinh ghi như vậy") -> Any:
    return browser.post(path, browser.get("/cua-toi/dinh-chinh"), decision=decision, reason=reason)


def test_two_officers_grant_and_the_record_changes(register: Register, officers: dict[str, Guest]) -> None:
    me = officers["own"]
    assert ask(me).status_code == 303
    assert "Being decided" in me.get("/cua-toi/dinh-chinh").text
    path = case(register)
    assert path in officers["first"].get("/can-bo").text
    assert decide(officers["first"], path).status_code == 303
    assert "Being decided" in me.get("/cua-toi/dinh-chinh").text, "one is not enough"
    assert decide(officers["first"], path).status_code == 409, "the second is not the first"
    assert "Giấy khai sinh ghi như vậy" not in officers["second"].get(path).text, "with his own eyes"
    assert decide(officers["second"], path).status_code == 303
    page = me.get("/cua-toi/dinh-chinh").text
    assert "Corrected" in page
    assert page.count("Hồ Thị Mỹ Duyền") >= 2
    said = register.callers["national"].verify(DUYEN | {"full_name": "Hồ Thị Mỹ Duyền"}, code="claim").json()
    assert said["overall"] == "MATCH"
    assert decide(officers["third"], path).status_code == 409, "decided is decided"
    assert "Looked at a request for correction" in me.get("/cua-toi").text


def test_a_refusal_says_why_and_where_to_complain(register: Register, officers: dict[str, Guest]) -> None:
    ask(officers["own"])
    path = case(register)
    assert decide(officers["first"], path, "grant").status_code == 303
    assert decide(officers["second"], path, "refuse", "Thiếu bản gốc").status_code == 303
    assert decide(officers["third"], path, "refuse", "Số giấy không đúng").status_code == 303
    page = officers["own"].get("/cua-toi/dinh-chinh").text
    assert "Refused" in page
    assert "Số giấy không đúng" in page
    assert "within 90 days" in page
    assert "Hồ Thị Mỹ Duyên" in page


def test_a_number_that_changes_meanwhile_takes_the_correction_along(
    register: Register, officers: dict[str, Guest], tmp_path: Path
) -> None:
    ((begin,),) = register.sql("select now()")
    ask(officers["own"], field="birth_date", value=" 13/2/1985 ")
    path = case(register)
    assert decide(officers["first"], path).status_code == 303
    new = NUMBER[:-3] + "987"
    assert register.run("people", "renumber", NUMBER, new).returncode == 0
    try:
        assert decide(officers["second"], path).status_code == 303
        said = register.callers["national"].verify(
            DUYEN | {"personal_id": new, "birth_date": "1985-02-13"}, code="claim"
        )
        assert said.json()["overall"] == "MATCH"
        assert register.run("people", "export", str(tmp_path / "people")).returncode == 0
        assert '"1985-02-13"' in (tmp_path / "people").read_text(), "kept as ISO, whatever was typed"
    finally:
        register.sql(
            "delete from person where number_index in"
            " (select merged_into from person where merged_into is not null and changed_at >= %s)",
            begin,
        )


def test_who_died_meanwhile_is_not_written_anew(register: Register, officers: dict[str, Guest]) -> None:
    ask(officers["own"])
    path = case(register)
    assert decide(officers["first"], path).status_code == 303
    assert register.run("people", "set-state", NUMBER, "dead", "--since", "2024-05-01").returncode == 0
    before = register.sql("select state, state_since, record from person where state_since = '2024-05-01'")
    assert decide(officers["second"], path).status_code == 409
    assert register.sql("select state, state_since, record from person where state_since = '2024-05-01'") == before


def test_neither_the_person_nor_the_household_decides(register: Register, officers: dict[str, Guest]) -> None:
    ask(officers["own"])
    path = case(register)
    assert decide(officers["own"], path).status_code == 409
    if "kin" in officers:
        assert decide(officers["kin"], path).status_code == 409
    assert register.sql("select count(*) from correction_opinion") == [(0,)]


def test_only_officers_with_the_duty_and_only_their_own_forms(
    register: Register, officers: dict[str, Guest], guest: Callable[[], Guest]
) -> None:
    ask(officers["own"])
    path = case(register)
    plain = guest()
    plain.sign_in(OTHERS[3]["personal_id"], OTHERS[3]["full_name"])
    assert plain.get("/can-bo").status_code == plain.get(path).status_code == 403
    assert decide(plain, path).status_code == 403
    page = officers["second"].get(path)
    assert officers["first"].post(path, page, decision="grant", reason="x").status_code == 403
    assert officers["first"].get("/can-bo/dinh-chinh/khong-co").status_code == 404
    assert officers["first"].get("/can-bo/bao-mat").status_code == 403, "another duty"


@pytest.mark.parametrize(
    "changed",
    [
        {"field": "personal_id"},
        {"field": ""},
        {"value": ""},
        {"value": "x" * 201},
        {"field": "birth_date", "value": "hôm qua"},
        {"field": "sex", "value": "X"},
        {"paper": "letter"},
        {"paper_number": ""},
        {"value": NAME},
    ],
    ids=str,
)
def test_what_no_record_could_hold_is_not_taken(
    register: Register, officers: dict[str, Guest], changed: dict[str, str]
) -> None:
    assert ask(officers["own"], **changed).status_code == 422
    assert register.sql("select count(*) from correction") == [(0,)]


def test_one_request_about_one_thing(register: Register, officers: dict[str, Guest]) -> None:
    assert ask(officers["own"]).status_code == 303
    assert ask(officers["own"], value="Hồ Thị Mỹ").status_code == 409
    assert ask(officers["own"], field="hometown", value="Quảng Trị").status_code == 303


def test_an_alarm_is_looked_into_once_with_a_note(register: Register, officers: dict[str, Guest]) -> None:
    register.sql("insert into alarm (kind, key, day, count) values ('burst', 'x', current_date, 500)")
    ((id_,),) = register.sql("select max(id) from alarm")
    page = officers["first"].get("/can-bo/canh-bao")
    assert officers["first"].post("/can-bo/canh-bao", page, alarm=str(id_), note="").status_code == 422
    assert officers["first"].post("/can-bo/canh-bao", page, alarm=str(id_), note="Đã gọi cho họ").status_code == 303
    assert "Looked into" in officers["second"].get("/can-bo/canh-bao").text


def test_the_clock_is_of_working_days() -> None:
    asked = datetime(2024, 6, 7, 16, 0, tzinfo=VIETNAM)  # Friday after 15:00: it counts from Monday
    assert rules.due(asked).date() == date(2024, 6, 12)
    assert [rules.days_left(rules.due(asked), date(2024, 6, day)) for day in (10, 11, 12, 13)] == [3, 2, 1, -1]


_OFFICER = st.sampled_from([b"a", b"b", b"c", b"d"])


@given(st.lists(st.tuples(_OFFICER, st.sampled_from(["grant", "refuse"]), st.booleans() | st.none()), max_size=8))
def test_no_way_to_decide_without_two_strangers(tries: list[tuple[bytes, Any, bool | None]]) -> None:
    held: list[Given] = []
    for officer, opinion, kin in tries:
        if not rules.refusal(b"a", held, Hand(officer, kin)):
            assert officer != b"a"
            assert kin is False
            held.append(Given(officer, opinion))
    assert len({one.officer for one in held}) == len(held) <= 3
    found = rules.outcome(held)
    assert (found is not None) == any(sum(one.opinion == word for one in held) >= 2 for word in ("grant", "refuse"))


def test_the_due_time_is_never_before_two_working_days() -> None:
    for hours in range(0, 24 * 14, 5):
        asked = datetime(2024, 4, 25, 0, 0, tzinfo=VIETNAM) + timedelta(hours=hours)
        assert rules.due(asked) - asked >= timedelta(days=2) - timedelta(hours=9)
