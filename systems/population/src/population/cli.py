"""``population``: the verbs of the register's operators."""

import argparse
import asyncio
import json
import logging
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from population import anchors, cli_people, keys, registration, settings
from population.app import create_app
from population.disclosure import quota
from population.people import import_rows
from population.settings import Settings, SettingsError
from population.storage import (
    access_chain,
    access_log,
    alarms,
    bulk,
    clients,
    database,
    feed,
    outbox,
    quotas,
    references,
    visits,
)


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
    officers = verbs.add_parser("officers", help="who decides corrections, sees alarms, orders secrecy")
    officers.add_argument("action", choices=["import"])
    officers.add_argument("file")
    cli_people.add_to(verbs)
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
            await _subscribe(connection, one)
    print(f"{len(registered)} clients")
    return 0


async def _subscribe(connection: database.Connection, one: dict[str, Any]) -> None:
    told = one["feed"]
    if told is None:
        await feed.unsubscribe(connection, one["client_id"])
        return
    kinds = frozenset(told["kinds"])
    await feed.subscribe(connection, feed.Subscriber(one["client_id"], told["push_to"], kinds, told["about"]))


async def _officers(loaded: Settings, given: argparse.Namespace) -> int:
    listed = registration.read_officers(Path(given.file).read_bytes())
    async with _opened(loaded) as opened, opened.transaction() as connection:
        for one in listed:
            guest = visits.Guest(one.personal_id, one.full_name)
            await visits.put_officer(opened, connection, guest, list(one.duties), active=one.active)
    print(f"{len(listed)} officers")
    return 0


async def _people(loaded: Settings, given: argparse.Namespace) -> int:
    async with _opened(loaded) as opened:
        return await cli_people.run(opened, given)


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
            "visits": await visits.purge(opened),
            "changes": await feed.purge(opened),
            "access log": await access_log.purge(opened),
            "bulk jobs": await bulk.purge(opened),
        }
    print(", ".join(f"{what}: {count}" for what, count in gone.items()))
    return 0


_VERBS = {
    "migrate": _migrate,
    "keys": _keys,
    "clients": _clients,
    "officers": _officers,
    "people": _people,
    "alarms": _alarms,
    "access-log": _access_log,
    "purge": _purge,
}
