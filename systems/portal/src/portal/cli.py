"""`portal VERB`: what an operator does with one portal. Settings come from the environment (`.env.example`)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from portal.config import CONFIG, faults

if TYPE_CHECKING:
    from procrastinate import App

# Apps that add verbs of their own: `cli.add_commands(commands)`.
APPS_WITH_VERBS = ("eid_login", "accounts", "exchange", "claims", "campaign")
WORKER_GRACE_SECONDS = 8
Run = Callable[[argparse.Namespace], int]


def main(argv: list[str] | None = None) -> int:
    """Run one verb; exit code 0, 1 (the act failed) or 2 (the settings are wrong)."""
    words = sys.argv[1:] if argv is None else argv
    given = _parser(words).parse_args(words)
    run: Run = given.run
    if run not in (_check, _keys_ensure):
        wrong = faults(CONFIG)
        if wrong:
            print("\n".join(f"portal: {line}" for line in wrong), file=sys.stderr)
            return 2
    return run(given)


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description=f"A public-service portal ({CONFIG.role}).")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text, run in (
        ("check", "validate the settings", _check),
        ("migrate", "bring the database to this version", _migrate),
        ("serve", "answer HTTP", _serve),
        ("worker", "do queued and periodic jobs", _worker),
        ("purge", "remove what has outlived its purpose", _purge),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    keys = commands.add_parser("keys", help="this portal's keys").add_subparsers(dest="verb", required=True)
    keys.add_parser("ensure", help="create what is missing, print the public JWKS").set_defaults(run=_keys_ensure)
    if words[:1] and words[0] in ("serve", "worker", "check", "keys", "migrate"):
        return parser  # these start fast: the parent of a server never loads Django
    _setup()
    for app in APPS_WITH_VERBS:
        import_module(f"portal.{app}.cli").add_commands(commands)
    _add_seeds(commands)
    return parser


def _add_seeds(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Verbs of apps that bring an act but no command line."""
    from portal.accounts.duty.cli import import_file
    from portal.catalogue.cli import seed_command

    catalogue = commands.add_parser("catalogue", help="procedures and offices").add_subparsers(required=True)
    seed = catalogue.add_parser("seed", help="write the procedures and offices that ship with the portal")
    seed.set_defaults(run=lambda _given: seed_command())
    duty = commands.add_parser("duty", help="who works where").add_subparsers(required=True)
    importing = duty.add_parser("import", help="the first two administrators of each agency (NDJSON)")
    importing.add_argument("file")
    importing.set_defaults(run=lambda given: import_file(given.file))


def _setup() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()


def _check(_given: argparse.Namespace) -> int:
    wrong = faults(CONFIG)
    for line in wrong:
        print(f"portal: {line}", file=sys.stderr)
    if wrong:
        return 2
    print(f"portal: {CONFIG.role} at {CONFIG.origin}: the settings are good")
    return 0


def _keys_ensure(_given: argparse.Namespace) -> int:
    from portal import keys
    from wire.assertion import public_jwks

    keys.ensure()
    print(json.dumps(public_jwks(keys.signing_key())))
    return 0


def _migrate(_given: argparse.Namespace) -> int:
    from django.core.management import call_command

    _setup()
    call_command("migrate", interactive=False, verbosity=1)
    return 0


def _serve(_given: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces

    address, _, port = CONFIG.listen.rpartition(":")
    # One worker with threads: the database pool, the register's token and the e-ID's keys are shared.
    Granian(
        "portal.wsgi:application",
        address=address,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_access=False,
        websockets=False,
    ).serve()
    return 0


def _worker(_given: argparse.Namespace) -> int:
    from procrastinate.contrib.django import app

    _setup()
    from django.db import connections

    connections.settings["default"]["OPTIONS"].pop("pool", None)  # jobs run one after another
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        asyncio.run(_work_until_told(worker))
    return 0


async def _work_until_told(worker: App) -> None:
    """Do jobs until SIGTERM or SIGINT; then finish what runs, for 8 s at most, also while the database is away.

    A job that is cut off is nobody's loss: it did all of its work in one transaction or none, and is done again.
    """
    loop = asyncio.get_running_loop()

    def told() -> None:
        jobs.cancel()  # procrastinate takes it as "no new job, end the running ones"
        loop.call_later(WORKER_GRACE_SECONDS, os._exit, 1)

    async with worker.open_async():
        jobs = asyncio.create_task(
            worker.run_worker_async(concurrency=2, install_signal_handlers=False, delete_jobs="successful")
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told)
        with contextlib.suppress(asyncio.CancelledError):
            await jobs


def _purge(_given: argparse.Namespace) -> int:
    _setup()
    from portal.accounts.actions.purge import purge_all

    for what, number in purge_all().items():
        print(f"{what}: {number} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
