"""``population``: the verbs of the register's operators."""

import argparse
import asyncio
import hashlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import uvicorn

from kernel import country_time, personal_id
from kernel.personal_id import PersonalIdFormat
from population import anchors, keys, loading, registration, settings
from population.app import create_app
from population.disclosure import quota
from population.events.access import record_event
from population.people import import_rows
from population.settings import Settings, SettingsError
from population.storage import (
    access_chain,
    access_log,
    alarms,
    bulk,
    clients,
    database,
    outbox,
    people,
    quotas,
    references,
)

SAY_EVERY_SECONDS = 5.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="population", description="The population register.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check", help="judge the settings")
    verbs.add_parser("migrate", help="bring the database to this version")
    verbs.add_parser("serve", help="answer over HTTP")
    verbs.add_parser("purge", help="remove what has outlived its purpose")
    verbs.add_parser("keys", help="keys of this system").add_argument("action", choices=["ensure"])
    importing = verbs.add_parser("clients", help="systems that may ask")
    importing.add_argument("action", choices=["import"])
    importing.add_argument("file")
    people_ = verbs.add_parser("people", help="records of people").add_subparsers(dest="action", required=True)
    importing_people = people_.add_parser("import", help="NDJSON, from a file or -: all of it or nothing")
    importing_people.add_argument("file")
    importing_people.add_argument("--first", action="store_true", help="no number is there yet: faster")
    exporting = people_.add_parser("export", help="every record as NDJSON into a new file that only its owner can read")
    exporting.add_argument("file")
    state = people_.add_parser("set-state", help="write a death, a cancellation, a merge; or live again")
    state.add_argument("personal_id")
    state.add_argument("state", choices=["live", "dead", "cancelled", "merged"])
    state.add_argument("--into", help="the number that a merged one became")
    state.add_argument("--since", help="the date of the fact (default: the country's today)", type=date.fromisoformat)
    verbs.add_parser("alarms", help="unusual patterns").add_argument("action", choices=["list"])
    log = verbs.add_parser("access-log", help="who asked for whom").add_subparsers(dest="action", required=True)
    log.add_parser("verify", help="does the chain hold?").add_argument("--anchor", help="a link that was handed out")
    log.add_parser("anchor", help="print the newest link, signed, for somebody else to keep")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Returns the exit code: 0 done, 1 refused, 2 settings or usage wrong."""
    given = _parser().parse_args(arguments)
    try:
        loaded = settings.load()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if given.verb == "check":
        print("population: settings are whole")
        return 0
    try:
        if given.verb == "serve":
            return _serve(loaded)
        return asyncio.run(_VERBS[given.verb](loaded, given))
    except (*database.AWAY, import_rows.ImportFault, registration.RegistrationFault, anchors.AnchorRefused) as error:
        print(f"population {given.verb}: {error or type(error).__name__}", file=sys.stderr)
        return 1


def _serve(loaded: Settings) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    if missing := asyncio.run(database.missing_migrations(loaded.database_url)):
        print(f"population serve: run `population migrate` first ({', '.join(missing)})", file=sys.stderr)
        return 1
    uvicorn.run(
        create_app(loaded),
        host=loaded.host,
        port=loaded.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        # Longer than the 5 seconds that callers keep an idle connection, or they meet a closing one.
        timeout_keep_alive=75,
    )
    return 0


def _opened(loaded: Settings) -> AbstractAsyncContextManager[database.Database]:
    return database.connect(loaded.database_url, keys.sealer(loaded.keys_dir), size=2)


async def _migrate(loaded: Settings, given: argparse.Namespace) -> int:
    applied = await database.migrate(loaded.database_url)
    print("\n".join(f"applied {name}" for name in applied) or "nothing to apply")
    return 0


async def _keys(loaded: Settings, given: argparse.Namespace) -> int:
    keys.ensure(loaded.keys_dir)
    print(json.dumps(keys.jwks(loaded.keys_dir)))
    return 0


async def _clients(loaded: Settings, given: argparse.Namespace) -> int:
    registered = registration.read(Path(given.file).read_bytes())
    async with _opened(loaded) as opened, opened.transaction() as connection:
        for one in registered:
            await clients.put(connection, one)
    print(f"{len(registered)} clients")
    return 0


@contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with open(name, "rb") as file:
            yield file


async def _people(loaded: Settings, given: argparse.Namespace) -> int:
    async with _opened(loaded) as opened:
        if given.action == "set-state":
            return await _set_state(opened, given, loaded.eid_client_id)
        if given.action == "export":
            return await _export(opened, given.file)
        with _input(given.file) as file:
            report = await loading.load(opened, import_rows.lines_of(file), first=given.first, say=_progress())
    if report.faulty:
        for fault in report.faults:
            print(fault, file=sys.stderr)
        print(f"{report.faulty} of {report.read + report.faulty} lines are wrong: nothing was kept", file=sys.stderr)
        return 1
    print(f"{report.read} people read, {report.changed} new or changed")
    return 0


async def _export(opened: database.Database, name: str) -> int:
    digest, count, say = hashlib.sha256(), 0, _progress()
    part = f"{name}.part"
    # guard: npd-export-is-for-its-owner
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for line in people.export(opened):
                file.write(line)
                digest.update(line)
                count += 1
                say(count)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, name)  # fails where a file of that name is there
    finally:
        os.unlink(part)
    print(f"{count} people written, sha256 {digest.hexdigest()}")
    return 0


def _progress() -> Callable[[int], None]:
    began = said = time.monotonic()

    def say(read: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= SAY_EVERY_SECONDS:
            said = now
            print(f"{read:,} people read, {read / (now - began):,.0f} a second", file=sys.stderr, flush=True)

    return say


async def _set_state(opened: database.Database, given: argparse.Namespace, eid_client_id: str) -> int:
    try:
        number = personal_id.normalise(given.personal_id)
        into = personal_id.normalise(given.into) if given.into else None
    except PersonalIdFormat as error:
        print(error, file=sys.stderr)
        return 2
    if (given.state == "merged") != (into is not None):
        print("--into goes with the state merged", file=sys.stderr)
        return 2
    since = given.since or country_time.today()
    async with opened.transaction() as connection:
        if not await people.set_state(opened, connection, number, given.state, since=since, merged_into=into):
            print("no record has that number", file=sys.stderr)
            return 1
        event = record_event(number, given.state, into, datetime.now(UTC))
        if event is not None:
            await outbox.add(opened, connection, eid_client_id, event)
    print(f"written: {given.state}")
    return 0


async def _alarms(loaded: Settings, given: argparse.Namespace) -> int:
    async with _opened(loaded) as opened:
        for alarm in await alarms.newest(opened, 100):
            print(msgspec.json.encode(alarm).decode())
    return 0


async def _access_log(loaded: Settings, given: argparse.Namespace) -> int:
    async with _opened(loaded) as opened:
        if given.action == "anchor":
            print(anchors.sign_head(loaded, await access_chain.head(opened)))
            return 0
        if given.anchor:
            kept = anchors.read_head(loaded, Path(given.anchor).read_text(encoding="ascii"))
            # guard: npd-anchor-is-compared
            if not await access_chain.has(opened, kept):
                print(f"the chain no longer holds the link of entry {kept.last_id}")
                return 1
        broken = await access_chain.first_break(opened)
    if broken is None:
        print("the chain holds")
        return 0
    print(f"the chain is broken in entries {broken.first_id} to {broken.last_id}")
    return 1


async def _purge(loaded: Settings, given: argparse.Namespace) -> int:
    midnight, _ = quota.today()
    async with _opened(loaded) as opened:
        gone = {
            "assertions": await clients.purge_assertions(opened),
            "references": await references.purge(opened),
            "quotas": await quotas.purge(opened, midnight.date()),
            "events": await outbox.purge(opened),
            "access log": await access_log.purge(opened),
            "bulk jobs": await bulk.purge(opened),
        }
    print(", ".join(f"{what}: {count}" for what, count in gone.items()))
    return 0


_VERBS = {
    "migrate": _migrate,
    "keys": _keys,
    "clients": _clients,
    "people": _people,
    "alarms": _alarms,
    "access-log": _access_log,
    "purge": _purge,
}
