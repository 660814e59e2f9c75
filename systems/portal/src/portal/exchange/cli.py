"""`portal peers trust|list`: whom this portal exchanges messages with; an operator's acts."""

from __future__ import annotations

import argparse
import sys

from portal.accounts import between_portals
from portal.config import CONFIG
from portal.exchange import policy_exchange, trust
from portal.exchange.models import TrustedPortal


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`portal peers …`"""
    peers = commands.add_parser("peers", help="portals that this one exchanges signed messages with")
    verbs = peers.add_subparsers(dest="verb", required=True)
    trusting = verbs.add_parser("trust", help="fetch a configured peer's keys and pin them")
    trusting.add_argument("origin", help="its origin, e.g. http://quangtri.localhost:8604")
    trusting.add_argument("--replace", action="store_true", help="accept other keys than the pinned ones")
    trusting.set_defaults(run=lambda given: trust_peer(given.origin.rstrip("/"), replace=given.replace))
    verbs.add_parser("list", help="who is trusted, with which keys").set_defaults(run=lambda _given: list_peers())


def trust_peer(origin: str, *, replace: bool = False) -> int:
    """Pin the keys; a province then registers its sign-in and asks for the policy. Returns the exit code."""
    try:
        portal = trust.trust(origin, trust.fetch_jwks(origin), replace=replace)
    except trust.TrustRefused as no:
        print(f"peers trust: {no}", file=sys.stderr)
        return 1
    print(f"{portal.name} {portal.origin} trusted, key {' '.join(key['kid'] for key in portal.jwks['keys'])}")
    if not CONFIG.national and origin == CONFIG.national_origin:
        from portal.sso.relying_party import client_secret

        between_portals.tell(between_portals.NATIONAL, "sso-client", {}, secret={"client_secret": client_secret()})
        heard = policy_exchange.fetch()
        print("the policy is held" if heard else "the national portal does not answer yet; it is asked each minute")
    return 0


def list_peers() -> int:
    """One line for each trusted portal."""
    for portal in TrustedPortal.objects.order_by("name"):
        print(portal.name, portal.origin, " ".join(key["kid"] for key in portal.jwks["keys"]))
    return 0
