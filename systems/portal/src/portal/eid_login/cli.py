"""`portal eid-events subscribe`: an operator has the e-ID push its security events to this portal."""

from __future__ import annotations

import argparse
import sys

from portal.eid_login.events import HEARD
from portal.eid_login.provider import ProviderRefused, ProviderUnavailable
from portal.eid_login.stream import StreamRefused, subscribe


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`portal eid-events …`"""
    verbs = commands.add_parser("eid-events", help="security events of the e-ID").add_subparsers(required=True)
    subscribing = verbs.add_parser("subscribe", help="make this portal's stream there, or bring it up to date")
    subscribing.set_defaults(run=lambda _given: _subscribe())


def _subscribe() -> int:
    try:
        delivered = subscribe(HEARD)
    except (StreamRefused, ProviderRefused, ProviderUnavailable) as no:
        print(f"eid-events subscribe: {type(no).__name__}: {no}", file=sys.stderr)
        return 1
    for event in delivered:
        print(event)
    return 0
