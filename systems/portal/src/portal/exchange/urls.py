"""Addresses of `exchange` (docs/interfaces.md section 4)."""

from django.urls import path

from portal.exchange import views

urlpatterns = [
    path(".well-known/exchange-jwks.json", views.jwks, name="exchange-jwks"),
    path("exchange/policy", views.policy, name="exchange-policy"),
    path("exchange/session-status", views.message, name="exchange-session-status"),
    path("exchange/events", views.message, name="exchange-events"),
    path("exchange/dossiers", views.message, name="exchange-dossiers"),
]
