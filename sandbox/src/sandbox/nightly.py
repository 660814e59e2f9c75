"""Every night at 03:20 of the country's time: is every account, dossier, document and role still at its portal?

`linkage reconcile` compares what each portal says it has with what was taken in when the country began and with the
night before. What does not add up is told by mail, by `./motcua status` (which then fails) and in `nightly.log`, until
it adds up again; a portal that cannot be asked counts as not reconciled. It is a process: `python -m sandbox.nightly`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox import clock
from sandbox.country import COMMAND, NATIONAL, POSTGRES_OFFSET, QUANGTRI, SMTP_OFFSET, Deployment, System
from sandbox.places import Fault, Places
from sandbox.postgres import Cluster
from sandbox.processes import run_to_end
from wire.delivery import Delivery, DeliveryFailed

HOUR, MINUTE = 3, 20
AGAIN_SECONDS = 60.0
STAFF = "truc-doi-soat@dich-vu-cong.example.vn"
MAPPING = "systems/linkage/src/linkage/ingest/schemas/portal-export.toml"


@dataclass(frozen=True)
class Outcome:
    """Of which night (ISO, the country's time), whether everything was there, and what was said."""

    night: str
    kept: bool
    said: str


def newest_night(now: datetime) -> datetime:
    """The newest 03:20 that is not after `now`."""
    tonight = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def last(places: Places) -> Outcome | None:
    """What the newest reconciliation found; None before the first."""
    path = places.state / "nightly.json"
    return Outcome(**json.loads(path.read_text())) if path.exists() else None


def take_in(country: Deployment) -> None:
    """What the national portal has as the country begins: the side that every later night is held against."""
    work = _work(country.places, NATIONAL)
    if (work / "ingest-accounts.json").exists():
        return
    export = country.places.state / "run" / "old-accounts.ndjson"
    try:
        _portal(country, NATIONAL, "old-accounts", "export", str(export))
        _linkage(country, NATIONAL, "ingest", "accounts", str(export), "--mapping", str(country.places.root / MAPPING))
    finally:
        export.unlink(missing_ok=True)  # it names people


def reconcile(country: Deployment, night: datetime) -> Outcome:
    """Asks both portals and compares; keeps what was found and tells staff of anything new that is wrong."""
    said = []
    try:
        take_in(country)
        for system in (NATIONAL, QUANGTRI):
            export = country.places.state / "run" / f"conservation-{system.name}.ndjson"
            _portal(country, system, "conservation", "export", str(export))
            said.append(f"{system.name}: {_linkage(country, system, 'reconcile', '--portal', str(export))}")
        outcome = Outcome(night.isoformat(), True, "; ".join(said))
    except Fault as fault:
        outcome = Outcome(night.isoformat(), False, str(fault))
    before = last(country.places)
    if not outcome.kept and (before is None or before.said != outcome.said):
        _alarm(country, outcome)
    draft = country.places.state / "nightly.json.tmp"
    draft.write_text(json.dumps(asdict(outcome), ensure_ascii=False))
    draft.rename(country.places.state / "nightly.json")
    return outcome


def _alarm(country: Deployment, outcome: Outcome) -> None:
    mailbox = Delivery("", "", f"smtp://127.0.0.1:{country.places.base + SMTP_OFFSET}", "doi-soat@sandbox.localhost")
    try:
        mailbox.mail(
            STAFF,
            "Đối soát đêm không khớp / The nightly reconciliation does not add up",
            f"{outcome.night}\n{outcome.said}\n\n./motcua status · ./motcua logs nightly",
        )
    except DeliveryFailed as failed:
        print(f"the alarm could not be sent: {failed}", flush=True)


def _work(places: Places, system: System) -> Path:
    return places.state / "linkage" / system.name


def _portal(country: Deployment, system: System, *words: str) -> None:
    run_to_end(system.words(*words), country.environment(system), country.places.logs / "nightly.log")


def _linkage(country: Deployment, system: System, *words: str) -> str:
    """The last line that the verb said. Raises Fault when it found something or could not be done."""
    places = country.places
    environment = {
        "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": str(places.state),
        "MOTCUA_COUNTRY_TIME": f"@{places.clock}", "LINKAGE_WORK": str(_work(places, system)),
        "LINKAGE_OPERATOR": "sandbox", "LINKAGE_THREADS": "1", "LINKAGE_MEMORY_MB": "512",
    }  # fmt: skip
    said = run_to_end([str(COMMAND / "linkage"), *words], environment, places.logs / "nightly.log")
    return said.strip().splitlines()[-1].removeprefix("linkage: ")


def deployment(places: Places) -> Deployment:
    """The running country as a process beside it sees it: both portals' databases and nobody else's."""
    cluster = Cluster(places.state / "postgres", places.base + POSTGRES_OFFSET, "")
    urls = {s.name: cluster.database_url(s.name, places.secret(f"db-{s.name}")) for s in (NATIONAL, QUANGTRI)}
    return Deployment(places, urls, os.environ.get("MOTCUA_RUN_ID", ""))


def main() -> int:
    """Waits for each night, until it is ended."""
    places = Places.default()
    places.trust_own_ca()
    country = deployment(places)
    os.nice(10)
    begun = newest_night(clock.now(places))
    while True:
        found = last(places)
        night = newest_night(clock.now(places))
        if found is None and night == begun:
            try:
                take_in(country)
            except Fault as fault:
                print(fault, flush=True)
        elif found is None or not found.kept or datetime.fromisoformat(found.night) < night:
            outcome = reconcile(country, night)
            print(f"{'✓' if outcome.kept else '✗'} {outcome.night} {outcome.said}", flush=True)
            if not outcome.kept:
                time.sleep(AGAIN_SECONDS)
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
