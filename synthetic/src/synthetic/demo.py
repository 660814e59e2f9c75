"""The demo people, as a table and as the rows that each system imports.

``PEOPLE`` is citizens first, then staff; ``by_slug("duyen")`` is the woman of the notice. The ``*_rows`` functions give
one dict a line for ``population people import``, ``eid people import``, ``portal old-accounts import`` and
``portal duty import``; ``ndjson`` writes them.
"""

import json
from collections.abc import Iterable, Iterator

from synthetic.demo_citizens import CITIZENS, REGISTER_ONLY
from synthetic.demo_person import EDITOR_PASSWORD, EID_PASSWORD, PORTAL_PASSWORD, DemoPerson, Duty
from synthetic.demo_staff import STAFF
from synthetic.records import Row

__all__ = [
    "CITIZENS",
    "EDITOR_PASSWORD",
    "EID_PASSWORD",
    "PEOPLE",
    "PORTAL_PASSWORD",
    "STAFF",
    "DemoPerson",
    "Duty",
    "by_slug",
    "duty_rows",
    "editors",
    "eid_rows",
    "ndjson",
    "old_account_rows",
    "population_rows",
]

PEOPLE: tuple[DemoPerson, ...] = CITIZENS + STAFF
_BY_SLUG = {one.slug: one for one in PEOPLE}


def by_slug(slug: str) -> DemoPerson:
    """Raises KeyError for a slug that is not in the table."""
    return _BY_SLUG[slug]


def population_rows() -> Iterator[Row]:
    """For ``population people import``: the demo people and who lives with them."""
    yield from (one.person.row() for one in PEOPLE)
    yield from (one.row() for one in REGISTER_ONLY)


def eid_rows() -> Iterator[Row]:
    """For ``eid people import``: one row for each e-ID account."""
    yield from (one.eid.row(one.person) for one in PEOPLE if one.eid)


def old_account_rows() -> Iterator[Row]:
    """For ``portal old-accounts import`` at the national portal."""
    yield from (account.row() for one in PEOPLE for account in one.old_accounts)


def duty_rows(portal: str) -> Iterator[Row]:
    """For ``portal duty import`` at ``national`` or ``quangtri``; each row names its two administrators by number."""
    for one in PEOPLE:
        for duty in one.duties:
            if duty.portal == portal:
                yield {
                    "personal_id": one.personal_id,
                    "full_name": one.full_name,
                    "agency": duty.agency,
                    "office": duty.office,
                    "role": duty.role,
                    "position": duty.position,
                    "valid_from": duty.valid_from.isoformat(),
                    "valid_to": duty.valid_to.isoformat() if duty.valid_to else None,
                    "proposed_by": by_slug(duty.proposed_by).personal_id,
                    "approved_by": by_slug(duty.approved_by).personal_id,
                }


def editors() -> Iterator[Row]:
    """Who edits the commune site; the password is longer than a citizen's, because editors speak for an agency."""
    for one in PEOPLE:
        if one.edits_commune_site:
            yield {
                "username": one.slug,
                "full_name": one.full_name,
                "email": one.email,
                "password": EDITOR_PASSWORD,
            }


def register_officers() -> list[Row]:
    """Officers of the population register: three, so that two can decide for the third."""
    duties = ["corrections", "alarms", "secrecy"]
    officers = (by_slug(slug) for slug in ("ngoc", "tu", "oanh"))
    return [{"personal_id": one.personal_id, "full_name": one.full_name, "duties": duties} for one in officers]


def ndjson(rows: Iterable[Row]) -> Iterator[str]:
    """One line of JSON for each row, letters as they are."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"
