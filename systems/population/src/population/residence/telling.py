"""A residence as it is disclosed: in the words and codes of the day of the answer."""

from datetime import date
from typing import Any

from kernel import admin_units
from population.people.record import Residence


def tell(residence: Residence | None, today: date) -> dict[str, Any] | None:
    """``{"unit_code", "unit_name", "line", "since"}`` with the unit that the place belongs to on ``today``.

    A commune that was merged whole is told as the commune that took it over; where that is not known (a split unit),
    the old code and name stay, for a person to ask about.
    """
    if residence is None:
        return None
    since = date.fromisoformat(residence.since)
    registered = admin_units.unit(residence.unit_code, since)
    now = admin_units.successor(registered, today) if registered else None
    code, day = (now.code, today) if now else (residence.unit_code, since)
    return {
        "unit_code": code,
        "unit_name": admin_units.full_name(code, day),
        "line": residence.line,
        "since": residence.since,
    }
