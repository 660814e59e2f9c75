"""`portal claims work|archive|restore` and `portal claim-rules`."""

from __future__ import annotations

import argparse
import getpass

from portal.claims import limits
from portal.claims.actions import archive
from portal.claims.tasks import work


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    claims = commands.add_parser("claims", help="the claim desk").add_subparsers(required=True)
    claims.add_parser("work", help="what is due now: effects, drawings").set_defaults(run=lambda _: _print(work()))
    claims.add_parser("archive", help="put away what nobody claimed").set_defaults(
        run=lambda _: _print({"archived": archive.unclaimed()})
    )
    restoring = claims.add_parser("restore", help="bring an archived account back to waiting")
    restoring.add_argument("account")
    restoring.add_argument("--reason", required=True)
    restoring.set_defaults(run=_restore)
    rules = commands.add_parser("claim-rules", help="the rules of the claim desk, as a page of Markdown")
    rules.set_defaults(run=lambda _: print(limits.rules_table(), end="") or 0)


def _print(done: dict[str, int]) -> int:
    print(", ".join(f"{what}: {number}" for what, number in done.items()))
    return 0


def _restore(given: argparse.Namespace) -> int:
    done = archive.restore(given.account, actor=f"command:{getpass.getuser()}", reason=given.reason)
    print("restored" if done else "not archived, nothing was changed")
    return 0 if done else 1
