"""Django's template backend draws with the design's environment: same layout, same strictness, addresses by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.backends.jinja2 import Jinja2
from django.test import RequestFactory, override_settings
from django.urls import path
from jinja2 import Environment, UndefinedError

import design
from design import django_jinja


def dossiers(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("ho-so", dossiers, name="dossiers")]


def environment(**options: Any) -> Environment:
    return django_jinja.environment(
        "design", system="national", site=design.Site(name="Cổng"), clock=lambda: datetime.now(UTC), **options
    )


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Jinja2]:
    if not settings.configured:
        settings.configure(SECRET_KEY="only for this test")
        django.setup()
    (tmp_path / "layout.html").write_text(
        "{% extends 'design/layout.html' %}{% block main %}<h1>{{ title }}</h1>"
        "<form method='post' action=\"{{ url('dossiers') }}\">{{ csrf_input }}</form>{% endblock %}"
        "{% block title %}{{ title }}{% endblock %}",
        encoding="utf-8",
    )
    with override_settings(ROOT_URLCONF=__name__):
        yield Jinja2(
            {
                "NAME": "jinja2",
                "DIRS": [tmp_path],
                "APP_DIRS": False,
                "OPTIONS": {"environment": f"{__name__}.environment"},
            }
        )


def test_a_system_may_put_its_own_layout_over_the_designs(backend: Jinja2) -> None:
    drawn = backend.get_template("layout.html").render({"title": "<Hồ sơ>"}, RequestFactory().get("/"))
    assert '<html lang="vi" class="govuk-template" data-system="national">' in drawn
    assert "<h1>&lt;Hồ sơ&gt;</h1>" in drawn
    assert 'action="/ho-so"' in drawn
    assert 'name="csrfmiddlewaretoken"' in drawn


def test_a_missing_variable_fails(backend: Jinja2) -> None:
    with pytest.raises(UndefinedError):
        backend.get_template("layout.html").render({}, RequestFactory().get("/"))
