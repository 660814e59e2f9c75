"""The owner sees every read of five years, on pages and as CSV; what is secret by order when the order has ended."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey

from population.own.history import line
from synthetic import demo

from .conftest import DUYEN, Caller, Eid, Register
from .issuer import Guest

NUMBER, NAME = DUYEN["personal_id"], DUYEN["full_name"]
TUAN = next(one for one in demo.population_rows() if one["household"] != "h-duyen" and one["personal_id"] != NUMBER)


@pytest.fixture
def duyen(guest: Callable[[], Guest]) -> Guest:
    browser = guest()
    assert browser.sign_in(NUMBER, NAME).status_code == 303
    return browser


def test_only_who_is_signed_in_sees_a_page_and_only_his_own(
    guest: Callable[[], Guest], duyen: Guest, national: Caller
) -> None:
    national.verify(DUYEN, code="claim")
    stranger = guest()
    for path in ("/cua-toi", "/cua-toi/lich-su.csv", "/cua-toi/dinh-chinh", "/can-bo", "/can-bo/canh-bao"):
        page = stranger.get(path)
        assert page.status_code == 403
        assert 'id="sign-in"' in page.text
    mine = duyen.get("/cua-toi")
    assert "System national" in mine.text
    assert "Claiming an account" in mine.text
    assert mine.headers["cache-control"] == "no-store"
    assert mine.headers["referrer-policy"] == "same-origin", "or a browser sends no Origin with our forms"
    assert NUMBER not in mine.text
    other = guest()
    other.sign_in(TUAN["personal_id"], TUAN["full_name"])
    assert "Claiming an account" not in other.get("/cua-toi").text
    assert duyen.get("/can-bo").status_code == 403


def test_pages_lead_back_to_the_first_entry_and_the_csv_holds_all(duyen: Guest, national: Caller) -> None:
    for _ in range(27):
        national.verify(DUYEN, code="claim")
    seen, page = 0, duyen.get("/cua-toi")
    while True:
        seen += page.text.count('<th scope="row"')
        older = page.text.partition('id="older" href="')[2].partition('"')[0]
        if not older:
            break
        page = duyen.get(older.replace("&amp;", "&"))
    content = duyen.get("/cua-toi/lich-su.csv")
    rows = list(csv.reader(io.StringIO(content.content.decode("utf-8-sig"))))
    assert len(rows) - 1 == seen >= 27
    assert rows[0][0] == "at"
    assert content.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=x", "\r=x"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(line([cell]).decode(), newline=""))
    assert row[0] == "'" + cell


def test_a_secret_read_is_logged_and_shown_when_the_order_is_over(
    register: Register, duyen: Guest, national: Caller, guest: Callable[[], Guest], tmp_path: Any
) -> None:
    officers = [TUAN, next(r for r in demo.population_rows() if r["personal_id"] not in (NUMBER, TUAN["personal_id"]))]
    listed = [
        {"personal_id": one["personal_id"], "full_name": one["full_name"], "duties": ["secrecy"]} for one in officers
    ]
    (tmp_path / "officers.json").write_text(json.dumps(listed))
    assert register.run("officers", "import", str(tmp_path / "officers.json")).returncode == 0
    first, second = guest(), guest()
    first.sign_in(officers[0]["personal_id"], officers[0]["full_name"])
    second.sign_in(officers[1]["personal_id"], officers[1]["full_name"])
    page = first.get("/can-bo/bao-mat")
    asked = {"personal_id": NUMBER, "client": "national", "ground": "QD 12/2026", "until": "2099-01-01"}
    assert first.post("/can-bo/bao-mat", page, **asked | {"until": "2001-01-01"}).status_code == 422
    assert first.post("/can-bo/bao-mat", page, **asked).status_code == 303
    ((order,),) = register.sql("select id::text from secrecy_order")
    assert first.post("/can-bo/bao-mat", page, order=order, act="approve").status_code == 409, "four eyes"
    before = duyen.get("/cua-toi/lich-su.csv").text.count("\n")
    national.verify(DUYEN, code="claim")
    assert duyen.get("/cua-toi/lich-su.csv").text.count("\n") == before + 1, "it covers nothing yet"
    theirs = second.get("/can-bo/bao-mat")
    assert second.post("/can-bo/bao-mat", theirs, order=order, act="approve").status_code == 303
    logged = register.sql("select count(*) from access_log")
    national.verify(DUYEN, code="claim")
    assert register.sql("select count(*) from access_log")[0][0] == logged[0][0] + 1
    assert duyen.get("/cua-toi/lich-su.csv").text.count("\n") == before + 1, "not shown while the order stands"
    register.callers["quangtri"].verify(DUYEN, code="claim")
    assert duyen.get("/cua-toi/lich-su.csv").text.count("\n") == before + 2, "another client's read is"
    register.sql("update secrecy_order set until = current_date - 2000")
    assert duyen.get("/cua-toi/lich-su.csv").text.count("\n") == before + 3, "the day has passed: everything is shown"
    assert NUMBER not in theirs.text


@pytest.mark.parametrize(
    ("says", "tells"),
    [
        ({"nonce": "another"}, {}),
        ({"aud": "national"}, {}),
        ({"iss": "http://elsewhere.localhost"}, {}),
        ({"acr": "urn:motcua:acr:eid1"}, {}),
        ({"amr": ["pwd"]}, {}),
        ({"exp": 1}, {}),
        ({"key": ECKey.generate_key("P-256", auto_kid=True)}, {}),
        ({}, {"sub": "somebody-else"}),
        ({}, {"eid_level": 1}),
        ({}, {"verified_claims": {"verification": {"trust_framework": "other"}}}),
    ],
    ids=str,
)
def test_a_bent_answer_signs_nobody_in(
    guest: Callable[[], Guest], eid: Eid, says: dict[str, Any], tells: dict[str, Any]
) -> None:
    browser = guest()
    eid.issuer.says, eid.issuer.tells = says, tells
    assert browser.sign_in(NUMBER, NAME).status_code == 403
    assert "__Host-npd-visit" not in browser.cookies
    assert browser.get("/cua-toi").status_code == 403


def test_a_token_that_is_bound_to_no_key_signs_nobody_in(guest: Callable[[], Guest], eid: Eid) -> None:
    browser = guest()
    eid.issuer.token_type = "Bearer"
    try:
        assert browser.sign_in(NUMBER, NAME).status_code == 503
    finally:
        eid.issuer.token_type = "DPoP"
    assert "__Host-npd-visit" not in browser.cookies


def test_a_state_works_once_in_its_browser_and_with_its_issuer(guest: Callable[[], Guest], eid: Eid) -> None:
    browser, thief = guest(), guest()
    browser.get("/vneid/bat-dau?next=/cua-toi")
    state = eid.issuer.pushed["state"]
    eid.issuer.person = (NUMBER, NAME)
    thief.cookies["__Host-npd-browser"] = "x"
    assert thief.come_back(state).status_code == 400
    assert browser.come_back(state, iss="http://elsewhere.localhost").status_code == 400
    assert browser.come_back(state).status_code == 400, "used up"
    again = guest()
    assert again.sign_in(NUMBER, NAME, then="//evil.example").headers["location"] == "/cua-toi"
    assert again.come_back(eid.issuer.pushed["state"]).status_code == 400


def test_a_visit_ends_and_a_dead_person_has_none(register: Register, guest: Callable[[], Guest], duyen: Guest) -> None:
    page = duyen.get("/cua-toi")
    assert duyen.post("/dang-xuat", page, origin="http://evil.example").status_code == 403
    assert duyen.post("/dang-xuat").status_code == 403
    assert duyen.get("/cua-toi").status_code == 200
    register.run("people", "set-state", NUMBER, "dead")
    assert duyen.get("/cua-toi").status_code == 403
    register.run("people", "set-state", NUMBER, "live")
    assert duyen.post("/dang-xuat", page).status_code == 303
    assert duyen.get("/cua-toi").status_code == 403
    late = guest()
    late.sign_in(NUMBER, NAME)
    register.sql("update visit set expires_at = now()")
    assert late.get("/cua-toi").status_code == 403
