"""`python -m portalkit.check URL [--port 8690] [--register-port 8691] [--json]`; exit code 0 only when all is kept."""

from __future__ import annotations

import argparse
import json
import sys

import httpx

from portalkit.check import promises
from portalkit.provider import http_client
from portalkit.simulator import Simulator

PORT, REGISTER_PORT = 8690, 8691


def main(words: list[str] | None = None) -> int:
    """0 all kept, 1 something broken, 2 the portal cannot be checked."""
    parser = argparse.ArgumentParser(
        prog="motcua rp check", description="Plays good and bad e-ID providers against a portal."
    )
    parser.add_argument("url", help="origin of the portal, in its test environment")
    parser.add_argument("--port", type=int, default=PORT, help="of the simulated e-ID: the portal's issuer")
    parser.add_argument("--register-port", type=int, default=REGISTER_PORT)
    parser.add_argument("--skip", action="append", default=[], help="a promise that is not checked, and said so")
    parser.add_argument("--json", action="store_true", help="for machines")
    given = parser.parse_args(words)
    portal = given.url.rstrip("/")
    try:
        answer = http_client().get(f"{portal}/.well-known/eid-relying-party")
        about = answer.json() if answer.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, ValueError):
        about = None
    if not isinstance(about, dict):
        return _cannot(f"{portal}/.well-known/eid-relying-party does not answer: is the portal's test environment on?")
    simulator = Simulator(given.port, given.register_port)
    try:
        if about.get("issuer") != simulator.issuer:
            return _cannot(
                f"the portal's issuer is {about.get('issuer')}; for this check it has to be {simulator.issuer}"
            )
        found = promises.run(promises.Play(portal, about, simulator), tuple(given.skip))
    finally:
        simulator.close()
    broken = [name for name, seen in found if seen]
    if given.json:
        sys.stdout.write(
            json.dumps({"kept": len(found) - len(broken), "broken": dict(r for r in found if r[1])}) + "\n"
        )
    else:
        for name, seen in found:
            sys.stdout.write(f"  {'✗' if seen else '✓'} {promises.SENTENCES[name]}\n")
            if seen:
                sys.stdout.write(f"    {name}: {seen}\n")
        for name in given.skip:
            sys.stdout.write(f"  - {name.replace('_', ' ')}: not checked\n")
        links = "" if "old_sign_in" in about else " (links were not checked: no old account in the descriptor)"
        sys.stdout.write(f"{len(found) - len(broken)} kept, {len(broken)} broken{links}\n")
    return 1 if broken else 0


def _cannot(why: str) -> int:
    sys.stderr.write(f"rp check: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
