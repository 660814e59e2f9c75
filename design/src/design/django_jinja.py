"""Jinja2 for Django: what a project names as the `environment` of its template backend.

# portal/pages.py
def environment(**options): return django_jinja.environment("portal", site=SITE, …, **options)

# settings
TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [], "APP_DIRS": False,
              "OPTIONS": {"environment": "portal.pages.environment"}}]
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from jinja2 import Environment

from design import templating
from design.strictness import StrictNames


def environment(package: str, **options: Any) -> Environment:
    """`design.environment` with Django's own options taken in, and `url()` for addresses by name."""
    options.pop("autoescape", None)
    undefined = options.pop("undefined", None)
    if isinstance(undefined, type) and issubclass(undefined, StrictNames):
        options["undefined"] = undefined
    made = templating.environment(package, **options)

    def url(name: str, *arguments: Any, **named: Any) -> str:
        return reverse(name, args=arguments or None, kwargs=named or None)

    made.globals["url"] = url
    return made
