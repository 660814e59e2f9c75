"""Which office takes a procedure in for a commune, on a day of the country."""

from __future__ import annotations

from datetime import date

from kernel import admin_units, country_time
from portal.catalogue.models import Office


def offices_for(procedure_code: str, day: date | None = None) -> list[Office]:
    """The offices that take this procedure in on `day` (default: today), by name of the commune."""
    day = day or country_time.today()
    rows = [o for o in Office.objects.filter(procedures__contains=[procedure_code]) if o.exists_on(day)]
    return sorted(rows, key=lambda office: office.commune_code)


def communes_served(procedure_code: str) -> dict[str, str]:
    """Commune code -> full name as written today, for the communes that a form may offer."""
    today = country_time.today()
    served = {}
    for office in offices_for(procedure_code, today):
        served[office.commune_code] = admin_units.full_name(office.commune_code, today) or office.commune_code
    return served


def office_for(procedure_code: str, commune_code: str) -> Office | None:
    """The office of this commune today, None when no office takes the procedure in there."""
    return next((o for o in offices_for(procedure_code) if o.commune_code == commune_code), None)
