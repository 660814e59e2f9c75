"""Dossier codes: one counter per agency and day of the country, so that no two dossiers ever share a code."""

from __future__ import annotations

from datetime import date

from django.db import connection

from kernel import dossier_code


def next_code(agency_code: str, day: date) -> str:
    """The next code of the agency on `day`, in the caller's transaction: a rollback leaves no gap behind it.

    Raises ValueError when the agency code is not one or the day's numbers are used up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into dossiers_codecounter (agency_code, day, last) values (%s, %s, 1)"
            " on conflict (agency_code, day) do update set last = dossiers_codecounter.last + 1 returning last",
            [agency_code, day],
        )
        (number,) = cursor.fetchone()
    return str(dossier_code.generate(agency_code, day, number))
