"""The result of a verification is one of four, per field, and says no more than the purpose allows."""

from typing import Any

from .conftest import DUYEN, Caller

UNKNOWN = DUYEN | {"personal_id": "045185999999"}


def fields(answer: Any) -> dict[str, str]:
    return {field["name"]: field["result"] for field in answer.json()["fields"]}


def test_everything_agrees(national: Caller) -> None:
    answer = national.verify(DUYEN)
    assert answer.status_code == 200
    assert answer.json()["overall"] == "MATCH"
    assert fields(answer) == {"full_name": "MATCH", "birth_date": "MATCH", "personal_id": "MATCH"}
    assert "record_state" not in answer.json()
    assert answer.headers["cache-control"] == "no-store"
