"""The job queue: procrastinate over this portal's own database; every app keeps its jobs in a `tasks` module."""

from __future__ import annotations

from importlib import import_module

from procrastinate import App

APPS_WITH_JOBS = ("accounts", "campaign", "dossiers", "exchange", "sso")


def on_app_ready(app: App) -> None:
    """Load the jobs, so that the worker knows them."""
    for name in APPS_WITH_JOBS:
        import_module(f"portal.{name}.tasks")
