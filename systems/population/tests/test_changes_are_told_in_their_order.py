"""The change feed: who has to hear of a birth, a death, a new number or name, a merge, a split hears it, in order, and
nobody hears of people who are none of his business."""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from population.people.changes import between
from population.people.record import Found, Record
from synthetic import demo
from wire.signed import open_sealed, verify

from .conftest import DUYEN, Caller, Eid, Register, registrations

EVERYTHING = [
    "birth", "death", "restored", "name-changed", "data-corrected", "number-changed", "records-merged", "record-split",
]  # fmt: skip
OTHER = "045185000888"


def subscribe(register: Register, folder: Any, port: int, **kinds: list[str]) -> None:
    listed = registrations({name: caller.key for name, caller in register.callers.items()})
    for one in listed:
        if one["client_id"] == "eid":
            told = {"push_to": f"http://eid.localhost:{port}/changes", "about": "everybody"}
            one["feed"] = told | {"kinds": kinds.get("eid", EVERYTHING)}
        if one["client_id"] == "national":
            told = {"push_to": f"http://eid.localhost:{port}/of-mine", "about": "asked"}
            one["feed"] = told | {"kinds": kinds.get("national", EVERYTHING)}
    path = folder / "subscribed.json"
    path.write_text(json.dumps(listed))
    assert register.run("clients", "import", str(path)).returncode == 0


@pytest.fixture
def told(register: Register, eid: Eid, tmp_path: Any) -> Iterator[Register]:
    """A register with two subscribers, and the demo people as they were before and after."""
    original = "".join(demo.ndjson(demo.population_rows())).encode()
    subscribe(register, tmp_path, eid.port)
    settle(register)
    eid.changes.clear()
    yield register
    eid.away, eid.refuse_next = False, False
    settle(register)
    (plain := tmp_path / "plain.json").write_text(
        json.dumps(registrations({name: caller.key for name, caller in register.callers.items()}))
    )
    assert register.run("clients", "import", str(plain)).returncode == 0
    register.sql("delete from person where number_index not in (select number_index from person where false)")
    assert register.run("people", "import", "-", stdin=original).returncode == 0


def settle(register: Register, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    waiting = "select 1 from subscriber join feed_cursor using (client_id) where delivered < newest"
    while time.monotonic() < until and register.sql(waiting):
        time.sleep(0.05)
    assert not register.sql(waiting)


def opened(register: Register, eid: Eid) -> list[tuple[str, str, dict[str, Any]]]:
    """What came: to whom, kind, content."""
    jwks = register.http.get("/jwks").json()
    found = []
    for token in eid.changes:
        claims = verify(
            token, jwks, "secevent+jwt", issuer=register.origin, audience=f"http://eid.localhost:{eid.port}"
        )
        ((kind, body),) = claims["events"].items()
        for name in ("eid", "national"):
            try:
                content = open_sealed(body["sealed"], register.callers[name].key)
            except Exception:
                continue
            content.pop("at")
            found.append((name, kind.removeprefix("urn:motcua:register:"), content))
    return found


def row(**changed: Any) -> bytes:
    one = next(one for one in demo.population_rows() if one["personal_id"] == DUYEN["personal_id"])
    return json.dumps(one | changed).encode() + b"\n"


def test_every_kind_of_change_is_told_to_the_e_id_in_order(told: Register, eid: Eid) -> None:
    number = DUYEN["personal_id"]
    assert told.run("people", "import", "-", stdin=row(personal_id=OTHER)).returncode == 0
    assert (
        told.run("people", "import", "-", stdin=row(full_name="Hồ Thị Mỹ Duyền", birth_date="1985-02-13")).returncode
        == 0
    )
    assert told.run("people", "split", number, OTHER).returncode == 0
    assert told.run("people", "renumber", number, "045185000777").returncode == 0
    assert told.run("people", "set-state", "045185000777", "dead").returncode == 0
    assert told.run("people", "set-state", "045185000777", "live").returncode == 0
    assert told.run("people", "set-state", "045185000777", "merged", "--into", OTHER).returncode == 0
    settle(told)
    assert [(kind, content) for name, kind, content in opened(told, eid) if name == "eid"] == [
        ("birth", {"personal_id": OTHER}),
        ("name-changed", {"personal_id": number, "full_name": "Hồ Thị Mỹ Duyền"}),
        ("data-corrected", {"personal_id": number, "birth_date": "1985-02-13"}),
        ("record-split", {"personal_id": number, "other_personal_id": OTHER}),
        ("number-changed", {"personal_id": number, "new_personal_id": "045185000777"}),
        ("death", {"personal_id": "045185000777"}),
        ("restored", {"personal_id": "045185000777"}),
        ("records-merged", {"personal_id": "045185000777", "into": OTHER}),
    ]


def test_the_same_file_again_and_an_address_tell_nothing(told: Register, eid: Eid) -> None:
    assert told.run("people", "import", "-", stdin=row()).returncode == 0
    assert told.run("people", "import", "-", stdin=row(ethnicity="Kinh", hometown="Xã Tân Long")).returncode == 0
    assert told.sql("select count(*) from feed where written_at > now() - interval '2 seconds'") == [(0,)]


def test_a_portal_hears_only_of_people_it_handles_and_never_their_number(
    told: Register, national: Caller, eid: Eid
) -> None:
    mine = national.account()
    national.verify(DUYEN, code="account_link", reference=mine)
    gone = national.account()
    national.verify(DUYEN, code="account_link", reference=gone)
    national.call("DELETE", "/npd/v1/references/" + gone.replace(":", "/"))
    stranger = next(r for r in demo.population_rows() if r["personal_id"] != DUYEN["personal_id"])
    wrong = DUYEN | {"personal_id": stranger["personal_id"]}
    national.verify(wrong, code="account_match", reference=national.account())
    assert told.run("people", "set-state", DUYEN["personal_id"], "dead").returncode == 0
    assert told.run("people", "set-state", stranger["personal_id"], "dead").returncode == 0
    settle(told)
    heard = [(kind, content) for name, kind, content in opened(told, eid) if name == "national"]
    assert [kind for kind, _ in heard] == ["death"], "of the other one it learned nothing: it hears nothing"
    assert mine in heard[0][1]["references"]
    assert gone not in json.dumps(heard)
    assert DUYEN["personal_id"] not in json.dumps(heard)


def test_nobody_is_overtaken_while_the_receiver_is_away(told: Register, eid: Eid) -> None:
    eid.away = True
    number = DUYEN["personal_id"]
    told.run("people", "set-state", number, "dead")
    told.run("people", "set-state", number, "live")
    until = time.monotonic() + 40
    while time.monotonic() < until and not told.sql(
        "select 1 from feed_cursor where client_id = 'eid' and attempts > 0"
    ):
        time.sleep(0.05)
    eid.away = False
    told.sql("update feed_cursor set next_at = now()")
    settle(told)
    assert [kind for name, kind, _ in opened(told, eid) if name == "eid"] == ["death", "restored"]


def test_what_is_refused_for_good_is_set_aside_with_an_alarm_and_the_next_goes_on(
    told: Register, eid: Eid, tmp_path: Any
) -> None:
    subscribe(told, tmp_path, eid.port, national=[])
    told.sql("update feed_cursor set attempts = 9, next_at = now() where client_id = 'eid'")
    eid.refuse_next = True
    number = DUYEN["personal_id"]
    told.run("people", "set-state", number, "dead")
    told.run("people", "set-state", number, "live")
    settle(told)
    assert [kind for name, kind, _ in opened(told, eid) if name == "eid"] == ["restored"]
    assert told.sql("select count(*) from feed where set_aside and client_id = 'eid'") == [(1,)]
    assert told.sql("select count(*) from alarm where kind = 'feed' and client_id = 'eid'") == [(1,)]


def test_a_subscriber_can_have_it_told_again_but_only_its_own_and_what_is_kept(
    told: Register, eid: Eid, eid_caller: Caller, tmp_path: Any
) -> None:
    subscribe(told, tmp_path, eid.port, national=[])
    number = DUYEN["personal_id"]
    told.run("people", "set-state", number, "dead")
    told.run("people", "set-state", number, "live")
    settle(told)
    where = eid_caller.call("GET", "/npd/v1/changes").json()
    assert where["delivered"] == where["newest"]
    first = list(eid.changes)
    back = where["newest"] - 2
    assert eid_caller.call("POST", "/npd/v1/changes/again", {"after": back}).status_code == 200
    settle(told)
    jtis = [json.loads(_payload(token))["jti"] for token in eid.changes]
    assert jtis[len(first) :] == jtis[len(first) - 2 : len(first)], "the same jti: a receiver knows them again"
    for wrong in (where["newest"] + 1, -1, where["oldest"] - 2):
        assert eid_caller.call("POST", "/npd/v1/changes/again", {"after": wrong}).status_code == 400
    assert told.callers["quangtri"].call("GET", "/npd/v1/changes").json()["error"] == "no_subscriber"
    told.sql("update feed set written_at = now() - interval '91 days' where client_id = 'eid'")
    assert told.run("purge").returncode == 0
    assert eid_caller.call("POST", "/npd/v1/changes/again", {"after": back}).status_code == 400
    assert told.sql("select bool_and(position('045185000123' in convert_from(content, 'LATIN1')) = 0) from feed") != [
        (False,)
    ]


def test_a_subscription_goes_out_encrypted_and_names_known_kinds(register: Register, tmp_path: Any) -> None:
    listed = registrations({name: caller.key for name, caller in register.callers.items()})
    for push_to, kinds in (
        ("http://elsewhere.example/feed", ["death"]),
        ("ftp://eid.localhost/feed", ["death"]),
        ("https://elsewhere.example/feed", ["gossip"]),
    ):
        listed[0]["feed"] = {"push_to": push_to, "kinds": kinds, "about": "asked"}
        path = tmp_path / f"{uuid4()}.json"
        path.write_text(json.dumps(listed))
        assert register.run("clients", "import", str(path)).returncode == 1, push_to


def _payload(token: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(token.split(".")[1] + "==")


_NAMES = st.sampled_from(["Nguyễn Văn An", "Nguyễn Văn Ân", "Trần Thị Bé"])
_FOUND = st.builds(
    lambda name, born, sex, home, state: Found(
        Record(personal_id=OTHER, full_name=name, birth_date=born, sex=sex, hometown=home), state
    ),
    _NAMES,
    st.sampled_from(["1990", "1990-01-02"]),
    st.sampled_from(["M", "F"]),
    st.sampled_from([None, "Quảng Trị"]),
    st.sampled_from(["live", "dead", "cancelled", "merged"]),
)


@given(st.none() | _FOUND, _FOUND)
def test_a_change_says_only_what_changed_and_what_did_not_change_is_not_told(
    before: Found | None, after: Found
) -> None:
    told = between(before, after, OTHER if after.state == "merged" else None)
    assert len({one.kind for one in told}) == len(told)
    said = {name for one in told for name in one.said}
    assert "hometown" not in said
    if before is not None:
        assert ("full_name" in said) == (before.record.full_name != after.record.full_name)
        assert ("sex" in said) == (before.record.sex != after.record.sex)
        assert any(one.kind == "death" for one in told) == (before.state != "dead" and after.state == "dead")
    if before == after:
        assert told == []
