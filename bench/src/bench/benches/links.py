"""`bench links`: self-service links from end to end: old sign-in, code, e-ID sign-in, code, consent, "this is mine".

A country of the bench's own, started as everybody starts it; made-up people come in through the systems' own verbs.
First one person after another, to see what the link act itself costs (the last form alone); then many at once. CPU is
user + system time of every process of the country, of its queue workers too; the client's own stands beside it. The
two password hashes are subtracted by what one costs alone on this machine, which is less than under load: what is left
is rather too much than too little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench import cpu, plot
from bench.country import Country, running
from bench.load import drive
from bench.load.citizen import Citizen, OldAccount, Page
from bench.load.flows import WrongAnswer
from bench.record import Record
from wire.argon2_build import BUILD, PasswordHasher

PORTAL_PASSWORD, EID_PASSWORD = "Congcu@2024", "Motcua@2024"
RATE_GOAL = 12.0
CPU_GOAL_MS, ACT_GOAL_MS = 40.0, 8.0
WARM, ALONE = 10, 30


def main() -> int:
    """Runs the bench; 0 when it could be measured, whether or not a goal was met."""
    chosen = _arguments()
    record = Record("links")
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder, running(Path(folder)) as (country, _):
        people = [_person(number) for number in range(WARM + ALONE + chosen.links)]
        _import(country, people, Path(folder))
        ways = Ways(country)
        for person in people[:WARM]:
            drive.in_loop(ways.walk(person))
        ways.alone = True
        for person in people[WARM : WARM + ALONE]:
            drive.in_loop(ways.walk(person))
        ways.alone = False
        record.add("one link act, the last form alone: every process", 1000 * median(ways.acts), "CPU-ms", ACT_GOAL_MS)
        _many(record, ways, people[WARM + ALONE :], chosen.users)
    print(f"{record.write()}\n{plot.draw(record)}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./motcua bench links")
    parser.add_argument("--links", type=int, default=400, help="links that are measured")
    parser.add_argument("--users", type=int, default=24, help="people at once")
    return parser.parse_args()


@dataclass
class Ways:
    """People on their way, and what their acts cost; `alone`: one at a time, so that an act can be told apart."""

    country: Country
    alone: bool = False
    acts: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def walk(self, person: OldAccount) -> None:
        """One link. What goes wrong is counted and named, never left out."""
        citizen, began = Citizen(self.country.origin("sandbox")), time.monotonic()
        try:
            await citizen.link(self.country.origin("national"), person, self._act if self.alone else None)
            self.seconds.append(time.monotonic() - began)
        except (WrongAnswer, OSError) as fault:
            self.faults.append(str(fault))
        finally:
            citizen.close()

    async def _act(self, linking: Awaitable[Page]) -> Page:
        before = sum(self.used().values())
        page = await linking
        self.acts.append(sum(self.used().values()) - before)
        return page

    def used(self) -> dict[str, float]:
        """CPU seconds so far of each part of the country, its children in it; to the nanosecond while they live."""
        facts = _facts(self.country)
        supervisor = psutil.Process(facts["supervisor"])
        known = {pid: name for name, pid in facts["processes"].items()}
        found = {name: _used(pid) for pid, name in known.items()}
        others = [child.pid for child in supervisor.children() if child.pid not in known]
        return found | {"PostgreSQL": sum(map(_used, others))}


def _many(record: Record, ways: Ways, people: list[OldAccount], users: int) -> None:
    waiting = iter(people)

    async def work() -> None:
        for person in waiting:
            await ways.walk(person)

    async def everybody() -> None:
        await asyncio.gather(*(work() for _ in range(users)))

    ways.seconds.clear()
    before, began, client = ways.used(), time.monotonic(), time.process_time()
    drive.in_loop(everybody())
    took, client = time.monotonic() - began, time.process_time() - client
    spent = {name: 1000 * (now - before.get(name, 0.0)) / len(people) for name, now in ways.used().items()}
    hash_ms = _hash_ms()
    outside = sum(spent.values()) - 2 * hash_ms
    record.add("self-service link, CPU outside the two hashes", outside, "CPU-ms", CPU_GOAL_MS)
    for name, each in sorted(spent.items(), key=lambda pair: -pair[1]):
        record.add(f"   of the whole, {name}", each, "CPU-ms")
    record.add(f"   one password hash alone ({BUILD} build)", hash_ms, "CPU-ms")
    record.add("   the client beside it", 1000 * client / len(people), "CPU-ms")
    record.add(f"time for one link with {users} people at once", 1000 * took / len(people), "ms", 1000 / RATE_GOAL)
    record.add("   links a second, client on the same cores", len(people) / took, "1/s")
    for share in (50, 95):
        record.add(f"   p{share} of a person's whole way", 1000 * drive.percentile(ways.seconds, share), "ms")
    record.add("links that went wrong", len(ways.faults), "", 0)
    for fault in sorted(set(ways.faults))[:5]:
        record.notes[f"went wrong: {fault}"] = f"{ways.faults.count(fault)} times"
        print(f"  went wrong: {fault}")


def _used(pid: int) -> float:
    total = 0.0
    for member in cpu.tree(pid):
        for task in Path(f"/proc/{member}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0]) / 1e9
            except (OSError, IndexError):
                continue
    return total


def _hash_ms() -> float:
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    stored, times = hasher.hash(EID_PASSWORD), []
    for _ in range(40):
        began = time.thread_time()
        hasher.verify(stored, EID_PASSWORD)
        times.append(1000 * (time.thread_time() - began))
    return median(times)


def _facts(country: Country) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((country.state / "run" / "country.json").read_text())
    return found


def _person(number: int) -> OldAccount:
    return OldAccount(f"001185{number:06d}", f"0917{number:06d}", f"0918{number:06d}", PORTAL_PASSWORD, EID_PASSWORD)


def _import(country: Country, people: list[OldAccount], folder: Path) -> None:
    """Through the verbs of each system, with the settings that it runs with."""
    for name, program, words, rows in (
        ("population", "population", ("people", "import"), _register_rows(people)),
        ("eid", "eid", ("people", "import"), _eid_rows(people)),
        ("national", "portal", ("old-accounts", "import"), _old_account_rows(people)),
    ):
        feed = folder / f"{name}.ndjson"
        feed.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        environment = psutil.Process(_facts(country)["processes"][name]).environ()
        done = subprocess.run(
            [str(Path(sys.executable).parent / program), *words, str(feed)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"{name}: {done.stdout}{done.stderr}")


def _register_rows(people: list[OldAccount]) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people):
        yield {
            **_identity(number, person),
            "hometown": "Xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "legacy_id9": None,
            "household": f"BL-{number:06d}",
            "relation": "head",
            "permanent_residence": {"unit_code": "19456", "line": "Thôn Hà Lệt", "since": "2015-03-02"},
            "temporary_residence": None,
            "current_residence": None,
            "state": "live",
            "state_since": None,
            "merged_into": None,
        }


def _eid_rows(people: list[OldAccount]) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people):
        yield {
            **_identity(number, person),
            "phone": person.eid_phone,
            "email": f"mau{number}@vidu.example",
            "password": person.eid_password,
            "level": 2,
            "state": "active",
            "lock_reason": None,
            "phone_since": "2023-01-01",
        }


def _old_account_rows(people: list[OldAccount]) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people):
        yield {
            "kind": "citizen",
            **{name: value for name, value in _identity(number, person).items() if name != "sex"},
            "legacy_id9": None,
            "tax_code": None,
            "phone": person.portal_phone,
            "email": f"cu{number}@vidu.example",
            "password": person.portal_password,
            "created_at": "2021-06-01T09:00:00+07:00",
            "last_sign_in_at": "2024-04-22T08:15:00+07:00",
            "matched": True,
            "cohort": "default",
            "documents": [{"name": "Giấy khai sinh.pdf", "sha256": f"{number:064x}"}],
            "dossiers": [{"procedure_code": "1.004194", "submitted_at": "2024-04-22T08:20:00+07:00", "status": 4}],
        }


def _identity(number: int, person: OldAccount) -> dict[str, str]:
    return {
        "personal_id": person.personal_id,
        "full_name": f"Hồ Thị {('Mẫu', 'Thử', 'Ví', 'Dụ')[number % 4]}",
        "birth_date": "1985-02-12",
        "sex": "F",
    }


if __name__ == "__main__":
    sys.exit(main())
