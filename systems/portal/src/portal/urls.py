"""Where addresses meet views. Each app owns its `urlpatterns`; the order is the layers', top to bottom."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portal.views import healthz, home, not_found, server_error

APPS = (
    "desk",
    "campaign",
    "claims",
    "exchange",
    "dossiers",
    "catalogue",
    "store",
    "sso",
    "accounts.duty",
    "accounts",
    "eid_login",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    *(path("", include(f"portal.{app}.urls")) for app in APPS),
]

handler404 = not_found
handler500 = server_error
