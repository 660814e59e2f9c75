"""`bench register`: what a verification costs with millions of people in the table, one by one and in bulk.

CPU is user + system time of the server's and the database's process trees; the client's is left out. The plain way
beside it (bench/peers/plain_register) is Starlette and psycopg with a transaction for each call, and keeps everything
unsealed and its log unchained. Medians of three rounds in turns. Bulk rows are wall time on all cores of this machine,
from the first byte sent to the answer that all rows are durable.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
import uvloop

from bench import cpu, plot
from bench.load.connection import Connection
from bench.providers import register as servers
from bench.providers.register import Running
from bench.record import Record
from wire import loopback

PORT_BASE = 9800
ROUNDS, SECONDS, CONNECTIONS = 3, 5.0, 96
CPU_GOAL_MS = 0.25
ROW_GOAL_US = 10.0
CHUNK = 32_768


def main() -> int:
    given = _arguments()
    record = Record("register")
    asked = servers.people(given.asked)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="motcua-bench-register-", dir=given.folder))
    try:
        with servers.register(folder / "ours", PORT_BASE, asked, given.people) as ours:
            _size(record, ours, given.people)
            with servers.plain(folder / "plain", PORT_BASE + 10, asked, given.people) as plain:
                _verify(record, ours, plain, asked, given.people)
            _bulk(record, ours, asked, given.rows)
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)
    record.write()
    plot.draw(record)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="motcua bench register")
    parser.add_argument("--people", type=int, default=10_000_000, help="rows in the table of people")
    parser.add_argument("--asked", type=int, default=100_000, help="how many of them are asked for")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the bulk")
    parser.add_argument("--folder", help="where the databases lie meanwhile (15 GB for 10 million)")
    parser.add_argument("--keep", type=Path, help="a folder in which they stay, filled, for the next run")
    return parser.parse_args()


def _size(record: Record, server: Running, count: int) -> None:
    with psycopg.connect(server.database.url("population"), autocommit=True) as connection:
        told = connection.execute(
            "select sum(pg_relation_size(relid)), sum(pg_indexes_size(relid)) from pg_partition_tree('person')"
        ).fetchone()
    table, indexes = told or (0, 0)
    millions = f"{count / 1e6:g} M people in 16 parts"
    record.add(f"{millions}: the rows on the disk", int(table) / 1e9, "GB")
    record.add("  and their indexes", int(indexes) / 1e9, "GB")


def _verify(record: Record, ours: Running, plain: Running, asked: list[dict[str, Any]], count: int) -> None:
    print(f"verify by key, {count:,} people, {CONNECTIONS} connections", flush=True)
    costs: dict[str, list[tuple[float, float, float]]] = {"ours": [], "plain": []}
    for round_ in range(ROUNDS + 1):
        for name, server in (("ours", ours), ("plain", plain)):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                measured = runner.run(_round(server, asked, SECONDS if round_ else 2.0))
            if round_:
                costs[name].append(measured)
    of_server, of_database, rate = (median(one[part] for one in costs["ours"]) for part in range(3))
    total = median(one[0] + one[1] for one in costs["ours"])
    peer = median(one[0] + one[1] for one in costs["plain"])
    millions = f"{count / 1e6:g} M people"
    record.add(f"verify by key, {millions}: CPU of server and database", total, "ms", CPU_GOAL_MS)
    record.add("  of it the server", of_server, "ms")
    record.add("  of it the database, access log included", of_database, "ms")
    record.add("verify by key: wall per call, client on the same cores", 1000 / rate, "ms")
    record.add("the plain way: CPU of server and database", peer, "ms")
    record.compare("verify by key: CPU", "Starlette + psycopg, a transaction each", total / peer, 1.0)


async def _round(server: Running, asked: list[dict[str, Any]], seconds: float) -> tuple[float, float, float]:
    """CPU-ms of server and database per call, calls a second."""
    token = server.token()
    stop = time.monotonic() + seconds
    before = cpu.seconds(server.pid), cpu.seconds(server.database.pid)
    began = time.monotonic()
    done = await asyncio.gather(*(_ask(server, token, asked, (stop, seed)) for seed in range(CONNECTIONS)))
    took = time.monotonic() - began
    after = cpu.seconds(server.pid), cpu.seconds(server.database.pid)
    calls = sum(done)
    return 1000 * (after[0] - before[0]) / calls, 1000 * (after[1] - before[1]) / calls, calls / took


async def _ask(server: Running, token: str, asked: list[dict[str, Any]], until: tuple[float, int]) -> int:
    stop, seed = until
    connection, chosen, calls = Connection(server.host, server.port), random.Random(seed + stop), 0
    headers = f"content-type: application/json\r\nauthorization: Bearer {token}\r\n".encode()
    purpose = {"code": "claim", "reference": server.reference}
    try:
        while time.monotonic() < stop:
            body = json.dumps({"purpose": purpose, "subject": _key(chosen.choice(asked))}).encode()
            answer = await connection.request("POST", "/npd/v1/verify", headers, body)
            if answer.status != 200 or b'"MATCH"' not in answer.body:
                raise SystemExit(f"a wrong answer: {answer.status} {answer.body[:200]!r}")
            calls += 1
    finally:
        connection.close()
    return calls


def _key(person: dict[str, Any]) -> dict[str, Any]:
    return {name: person[name] for name in ("full_name", "birth_date", "personal_id")}


def _bulk(record: Record, server: Running, asked: list[dict[str, Any]], rows: int) -> None:
    print(f"bulk verify, {rows:,} rows", flush=True)
    lines = [json.dumps(_key(person)).encode() + b"\n" for person in asked]
    content = [b"".join(random.Random(part).choices(lines, k=CHUNK)) for part in range(max(1, rows // CHUNK))]
    count = len(content) * CHUNK
    walls, costs = [], []
    headers = {"Authorization": f"Bearer {server.token()}"}
    with loopback.client(base_url=f"http://{server.host}", timeout=600, headers=headers) as http:
        reference = f"campaign:{uuid4()}"
        http.put("/npd/v1/references/" + reference.replace(":", "/"), json={}).raise_for_status()
        for round_ in range(ROUNDS + 1):
            path = f"/npd/v1/bulk-verify/{uuid4()}"
            http.put(path, json={"purpose": {"code": "campaign", "reference": reference}}).raise_for_status()
            before, began = cpu.seconds(server.pid) + cpu.seconds(server.database.pid), time.monotonic()
            kind = {"Content-Type": "application/x-ndjson"}
            sent = content if round_ else content[:2]
            told = http.post(f"{path}/rows?from=0", content=iter(sent), headers=kind).raise_for_status().json()
            took = time.monotonic() - began
            used = cpu.seconds(server.pid) + cpu.seconds(server.database.pid) - before
            if told["answered"] != len(sent) * CHUNK:
                raise SystemExit(f"rows are missing: {told}")
            if round_:
                walls.append(1e6 * took / count)
                costs.append(1e6 * used / count)
        results = http.get(f"{path}/results").raise_for_status().content
        if results.count(b'"overall":"MATCH"') != count:
            raise SystemExit("a wrong answer in the bulk")
    record.add("bulk verify: wall per row, durable (10 is 100,000 rows/s)", median(walls), "µs", ROW_GOAL_US)
    record.add("bulk verify: CPU per row, server and database", median(costs), "µs")


if __name__ == "__main__":
    raise SystemExit(main())
