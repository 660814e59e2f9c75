"""The Jinja2 environment: the design's layout and macros over every app's `templates/<app>/` folder."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from jinja2 import Environment

import design
from kernel import country_time
from portal.config import CONFIG
from portal.i18n import lazy

SITE = design.Site(
    name={"vi": CONFIG.name_vi, "en": CONFIG.name_en},
    body=lazy("One place for every procedure"),
    contact=design.ContactBlock(
        title=lazy("Help line"),
        lines=(lazy("Telephone: 1800 0000 (made-up number)"), lazy("Every day, 7:00 to 21:00")),
    ),
    links=(design.Link(lazy("Claim an old account"), "/nhan-lai-tai-khoan"),) if CONFIG.national else (),
    navigation=(
        design.Link(lazy("Home"), "/", "home"),
        design.Link(lazy("Procedures"), "/thu-tuc", "procedures"),
        design.Link(lazy("My dossiers"), "/ho-so", "dossiers"),
        design.Link(lazy("Look up a dossier"), "/tra-cuu", "lookup"),
        design.Link(lazy("My account"), "/tai-khoan", "account"),
    ),
)


class Backend(Jinja2):
    """Django's Jinja2 backend, looking into the apps' `templates` folders."""

    app_dirname = "templates"


def environment(**options: Any) -> Environment:
    """The design's environment over the loader that Django has prepared."""
    options.pop("undefined", None)  # the design's strict one: a missing value is a fault, not an empty page
    return design.environment(
        "portal",
        system=CONFIG.role,
        site=SITE,
        clock=country_time.now,
        loader=options.pop("loader"),
        test_environment=CONFIG.test_environment,
        **options,
    )


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows of the person who is signed in, and the "no" that the page before has left."""
    profile = getattr(request, "profile", None)
    login = getattr(request, "login", None)

    def take_flash() -> Any:
        from portal.accounts.errors import ERRORS

        session = getattr(request, "session", None)
        return ERRORS.get(session.pop("flash", "")) if session is not None else None

    return {
        "take_flash": take_flash,
        "login": login,
        "profile": profile,
        "person": (profile.full_name or profile.display_name) if profile else None,
        "account_href": "/tai-khoan",
        "sign_out_action": "/dang-xuat" if login else None,
        "national": CONFIG.national,
    }
