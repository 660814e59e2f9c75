"""Fills the empty country with made-up people, through the verbs that operators use. Done once per database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from sandbox import stamps
from sandbox.country import EID, NATIONAL, POPULATION, QUANGTRI, TANTHANH, Deployment, System
from sandbox.processes import run_to_end
from synthetic import demo

SEED = 20240504


def seed(country: Deployment, people: int) -> None:
    """Imports people, e-ID accounts, old accounts, roles, procedures and the notice; each step once."""
    import synthetic

    everybody = chain(demo.population_rows(), synthetic.stream(people, SEED))
    with ThreadPoolExecutor(2) as pool:
        begun = [
            pool.submit(_once, country, POPULATION, "people", lambda: everybody, "people", "import"),
            pool.submit(_portals, country),
            pool.submit(_once, country, EID, "people", demo.eid_rows, "people", "import"),
            pool.submit(_commune, country),
        ]
    for one in begun:
        one.result()
    _officers(country)


def _officers(country: Deployment) -> None:
    listed = demo.register_officers()
    path = country.places.state / "run" / "population-officers.json"

    def give() -> None:
        path.touch(mode=0o600)
        path.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
        try:
            run_to_end(
                POPULATION.words("officers", "import", str(path)),
                country.environment(POPULATION),
                country.places.logs / "population.log",
            )
        finally:
            path.unlink(missing_ok=True)

    stamps.once(country.places, "seed-population-officers", listed, give)


def _portals(country: Deployment) -> None:
    for portal in (NATIONAL, QUANGTRI):
        _once(country, portal, "catalogue", None, "catalogue", "seed")
        _once(country, portal, "duty", partial(demo.duty_rows, portal.name), "duty", "import")
    _once(country, NATIONAL, "old-accounts", demo.old_account_rows, "old-accounts", "import")
    _once(country, NATIONAL, "policy", None, "policy", "seed")


def _commune(country: Deployment) -> None:
    _once(country, TANTHANH, "site", None, "seed")
    for editor in demo.editors():
        _add_editor(country, editor)


def _once(country: Deployment, system: System, what: str, rows: Any, *words: str) -> None:
    stamps.once(country.places, f"seed-{system.name}-{what}", [], lambda: _seed(country, system, what, rows, words))


def _seed(country: Deployment, system: System, what: str, rows: Any, words: tuple[str, ...]) -> None:
    log = country.places.logs / f"{system.name}.log"
    if rows is None:
        run_to_end(system.words(*words), country.environment(system), log)
    else:
        feed = country.places.state / "run" / f"{system.name}-{what}.ndjson"
        try:
            _write(feed, rows())
            run_to_end(system.words(*words, str(feed)), country.environment(system), log)
        finally:
            feed.unlink(missing_ok=True)


def _add_editor(country: Deployment, editor: Mapping[str, Any]) -> None:
    words = TANTHANH.words("editors", "add", editor["username"], "--name", editor["full_name"])
    environment = country.environment(TANTHANH) | {"COMMUNE_EDITOR_PASSWORD": editor["password"]}
    log = country.places.logs / "tanthanh.log"
    stamps.once(country.places, f"editor-{editor['username']}", [], lambda: run_to_end(words, environment, log))


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as sink:
        for row in rows:
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
