"""The frame of all pages: names, contact, navigation."""

from datetime import datetime, timedelta
from typing import Any

import jinja2

import design
from kernel import country_time
from population.settings import Settings

_ = design.i18n.catalogue("population").lazy


def templates(settings: Settings) -> jinja2.Environment:
    """The Jinja2 environment of the register's pages."""
    site = design.Site(
        name=_("Population register"),
        body=_("Plays the part of the National Population Database in the test environment"),
        contact=design.ContactBlock(_("Corrections"), [_("Commune police of your place of residence")]),
    )
    made = design.environment(
        "population",
        system="population",
        site=site,
        clock=country_time.now,
        test_environment=settings.test_environment,
    )
    made.filters["shown"] = shown
    made.filters["local"] = lambda at: at.astimezone(country_time.VIETNAM)
    return made


def shown(at: datetime) -> datetime:
    """A real time as the country's clock had it."""
    return (at + timedelta(seconds=country_time.offset())).astimezone(country_time.VIETNAM)


def own_navigation() -> list[Any]:
    """For everybody who is signed in."""
    return [
        design.Link(_("Who asked about me"), "/cua-toi", "history"),
        design.Link(_("Correct my data"), "/cua-toi/dinh-chinh", "corrections"),
    ]


def staff_navigation(duties: frozenset[str]) -> list[Any]:
    """For an officer, by his duties."""
    pages = {
        "corrections": design.Link(_("Requests for correction"), "/can-bo", "queue"),
        "alarms": design.Link(_("Alarms"), "/can-bo/canh-bao", "alarms"),
        "secrecy": design.Link(_("Orders of secrecy"), "/can-bo/bao-mat", "secrecy"),
    }
    return [link for duty, link in pages.items() if duty in duties]
