"""A dossier code is unique, follows the law's form, and leaves no gap behind a rollback (facts 2.7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from portal.dossiers.codes import next_code

pytestmark = pytest.mark.django_db


def test_codes_count_per_agency_and_day() -> None:
    day = date(2024, 5, 4)
    assert [next_code("000.00.01.H50", day) for _ in range(3)] == [
        "000.00.01.H50-240504-0001",
        "000.00.01.H50-240504-0002",
        "000.00.01.H50-240504-0003",
    ]
    assert next_code("000.00.02.H50", day) == "000.00.02.H50-240504-0001"
    assert next_code("000.00.01.H50", date(2024, 5, 5)) == "000.00.01.H50-240505-0001"


def test_a_rollback_gives_the_number_back() -> None:
    class Undo(Exception):
        pass

    def give_and_fail() -> None:
        with transaction.atomic():
            next_code("000.00.01.H50", date(2024, 5, 4))
            raise Undo

    with pytest.raises(Undo):
        give_and_fail()
    assert next_code("000.00.01.H50", date(2024, 5, 4)).endswith("-0001")


def test_a_wrong_agency_code_is_refused() -> None:
    with pytest.raises(ValueError, match="agency code"):
        next_code("H50", date(2024, 5, 4))
