"""The job queue: procrastinate's app over this portal's own database."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from procrastinate import App

from portal.settings import PORTAL_APPS


def on_app_ready(app: App) -> None:
    """Load every app's `tasks` module, so that its jobs are known to the worker."""
    for name in PORTAL_APPS:
        if find_spec(f"{name}.tasks"):
            import_module(f"{name}.tasks")
