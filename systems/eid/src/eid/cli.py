"""`eid`: check, migrate, keys, clients, people, serve, purge (docs/interfaces.md sections 1 and 2)."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import uvicorn

from eid import keys, settings
from eid.account import people
from eid.authenticators import password
from eid.clients import RegistrationRefused, issuing, register, secret
from eid.settings import Settings, SettingsRefused
from eid.storage import database, purge
from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts
from eid.storage.clients import Clients
from eid.storage.registration_tokens import RegistrationTokens
from wire.assertion import public_jwks

# A worker answers its parent only when it has loaded (half a second of CPU). With uvicorn's 5 seconds a machine under
# load throws away each new worker before it serves, and so never gets one back; but one that is killed while it loads
# is missed for as long as this.
_WORKER_SECONDS = 15


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code is 0, 1 (refused) or 2 (settings or usage)."""
    arguments = _parser().parse_args(argv)
    try:
        chosen = settings.read(os.environ)
    except SettingsRefused as refused:
        for fault in refused.faults:
            print(f"eid: {fault}", file=sys.stderr)
        return 2
    verb: Callable[[Settings, argparse.Namespace], int] = arguments.verb
    return verb(chosen, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eid", description="The e-ID provider")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, verb, text in (
        ("check", _check, "validate all settings"),
        ("migrate", _migrate, "bring the database up to date"),
        ("serve", _serve, "answer HTTP"),
        ("purge", _purge, "remove what has outlived its purpose"),
    ):
        verbs.add_parser(name, help=text).set_defaults(verb=verb)
    group = _group(
        verbs, "keys", (("ensure", _keys_ensure, None), ("rotate", _keys_rotate, None), ("list", _keys_list, None))
    )
    group["rotate"].add_argument("--at-once", action="store_true", help="though clients may not know the next key yet")
    _group(
        verbs,
        "clients",
        (
            ("import", _clients_import, "file"),
            ("add", _clients_add, "file"),
            ("list", _clients_list, None),
            ("rotate", _clients_rotate, "client_id"),
            ("initial-token", _clients_initial_token, None),
            ("remove", _clients_remove, "client_id"),
        ),
    )
    _group(verbs, "people", (("import", _people_import, "file"),))
    return parser


def _group(verbs: Any, name: str, members: Sequence[tuple[str, Any, str | None]]) -> dict[str, argparse.ArgumentParser]:
    group = verbs.add_parser(name).add_subparsers(required=True, metavar="VERB")
    made: dict[str, argparse.ArgumentParser] = {}
    for member, verb, argument in members:
        made[member] = group.add_parser(member)
        made[member].set_defaults(verb=verb)
        if argument is not None:
            made[member].add_argument(argument)
    return made


def _check(chosen: Settings, _: argparse.Namespace) -> int:
    print(f"eid: settings are good, issuer {chosen.issuer}")
    return 0


def _migrate(chosen: Settings, _: argparse.Namespace) -> int:
    for name in asyncio.run(database.migrate(chosen.database_url)):
        print(f"eid: applied {name}")
    return 0


def _serve(chosen: Settings, _: argparse.Namespace) -> int:
    keys.ensure(chosen.keys_dir)
    print(f"eid: passwords are hashed by argon2's {password.BUILD} build", flush=True)
    uvicorn.run(
        "eid.app:factory",
        factory=True,
        host=chosen.host,
        port=chosen.port,
        workers=chosen.workers if chosen.workers > 1 else None,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # ours (endpoints/proxies.py) looks at the direct peer and at the certificate too
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=_WORKER_SECONDS,
        log_level="warning",
    )
    return 0


def _purge(chosen: Settings, _: argparse.Namespace) -> int:
    async def run() -> dict[str, int]:
        async with database.connect(chosen.database_url, keys.sealer(chosen.keys_dir)) as db:
            return await purge.purge(db, datetime.now(UTC))

    gone = asyncio.run(run())
    gone["signing_keys"] = keys.forget_retired(chosen.keys_dir)
    print(json.dumps(gone))
    return 0


def _keys_ensure(chosen: Settings, _: argparse.Namespace) -> int:
    keys.ensure(chosen.keys_dir)
    print(json.dumps(public_jwks(keys.register_client_key(chosen.keys_dir))))
    return 0


def _keys_rotate(chosen: Settings, arguments: argparse.Namespace) -> int:
    keys.ensure(chosen.keys_dir)
    try:
        print(keys.rotate(chosen.keys_dir, at_once=arguments.at_once))
    except keys.NotPublishedLongEnough as refused:
        print(f"eid: {refused}; --at-once when a key was stolen", file=sys.stderr)
        return 1
    return 0


def _keys_list(chosen: Settings, _: argparse.Namespace) -> int:
    for kid, alg, state, since in keys.listing(chosen.keys_dir):
        print(f"{kid}\t{alg}\t{state}\t{datetime.fromtimestamp(since, UTC).isoformat()}")
    return 0


def _clients_import(chosen: Settings, arguments: argparse.Namespace) -> int:
    with _open(arguments.file) as source:
        documents = json.load(source)
    return _register(chosen, documents)


def _clients_add(chosen: Settings, arguments: argparse.Namespace) -> int:
    with _open(arguments.file) as source:
        given = json.load(source)
    if not isinstance(given, dict):
        print("eid: a JSON object of metadata is expected", file=sys.stderr)
        return 1
    document = issuing.complete(given)
    code = _register(chosen, [document])
    if code == 0:
        told = {name: document[name] for name in ("client_id", "client_secret") if name in document}
        print(json.dumps(told if "client_secret" not in given else {"client_id": document["client_id"]}))
    return code


def _clients_rotate(chosen: Settings, arguments: argparse.Namespace) -> int:
    """A new secret, told once; the old one ends with it."""
    fresh = secret.make()

    async def act(store: Clients) -> bool:
        client = await store.find(arguments.client_id)
        if client is None or client.client_secret_hash is None:
            return False
        await store.put([msgspec.structs.replace(client, client_secret_hash=secret.digest(fresh))])
        return True

    if not asyncio.run(_with_clients(chosen, act)):
        print(f"eid: no client {arguments.client_id} with a secret", file=sys.stderr)
        return 1
    print(json.dumps({"client_id": arguments.client_id, "client_secret": fresh}))
    return 0


def _register(chosen: Settings, documents: Any) -> int:
    clients, failed = [], False
    if not isinstance(documents, list):
        print("eid: a JSON list of clients is expected", file=sys.stderr)
        return 1
    for document in documents:
        try:
            clients.append(register(document))
        except RegistrationRefused as refused:
            failed = True
            for fault in refused.faults:
                print(f"eid: {document.get('client_id', '?')}: {fault}", file=sys.stderr)
    if failed:
        return 1
    asyncio.run(_with_clients(chosen, lambda store: store.put(clients)))
    for client in clients:
        print(f"eid: registered {client.client_id}")
    return 0


def _clients_initial_token(chosen: Settings, _: argparse.Namespace) -> int:
    """Told once: one registration within a week."""

    async def run() -> str:
        async with database.connect(chosen.database_url, keys.sealer(chosen.keys_dir), size=1) as db:
            return await RegistrationTokens(db).issue_initial(datetime.now(UTC))

    print(asyncio.run(run()))
    return 0


def _clients_list(chosen: Settings, _: argparse.Namespace) -> int:
    for client in asyncio.run(_with_clients(chosen, lambda store: store.all())):
        print(f"{client.client_id}\t{client.profile}\t{client.sector}\t{client.client_name}")
    return 0


def _clients_remove(chosen: Settings, arguments: argparse.Namespace) -> int:
    if asyncio.run(_with_clients(chosen, lambda store: store.remove(arguments.client_id))):
        return 0
    print(f"eid: no client {arguments.client_id}", file=sys.stderr)
    return 1


async def _with_clients(chosen: Settings, act: Callable[[Clients], Any]) -> Any:
    async with database.connect(chosen.database_url, keys.sealer(chosen.keys_dir), size=1) as db:
        return await act(Clients(db))


def _people_import(chosen: Settings, arguments: argparse.Namespace) -> int:
    async def run() -> people.Imported:
        async with database.connect(chosen.database_url, keys.sealer(chosen.keys_dir), size=2) as db:
            with _open(arguments.file) as source:
                return await people.import_people(
                    Accounts(db), AccountChanges(db), source, for_tests=chosen.test_environment
                )

    done = asyncio.run(run())
    for line, fault in done.faults[:20]:
        print(f"eid: line {line}: {fault}", file=sys.stderr)
    print(f"eid: {done.count} accounts imported, {len(done.faults)} refused")
    return 1 if done.faults else 0


def _open(name: str) -> IO[str]:
    return sys.stdin if name == "-" else Path(name).open(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
