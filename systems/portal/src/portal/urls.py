"""Where addresses meet views. Each app owns its `urlpatterns`; the order is the layers', top to bottom."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from portal.views import healthz, home, not_found, server_error

_APPS = (
    "desk",
    "campaign",
    "exchange",
    "dossiers",
    "catalogue",
    "store",
    "sso",
    "accounts.duty",
    "accounts",
    "eid_login",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", home, name="home"), path("healthz", healthz, name="healthz")]
for _app in _APPS:
    if find_spec(f"portal.{_app}") and find_spec(f"portal.{_app}.urls"):
        urlpatterns.append(path("", include(import_module(f"portal.{_app}.urls"))))

handler404 = not_found
handler500 = server_error
