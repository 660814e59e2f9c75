"""`linkage classify`: the steps in order, each kept when it is done: a run that was killed goes on where it was.

A step's table is a Parquet file in ``stages/``; its name appears only when the file is whole. The run remembers what it
began with (hashes of the inputs, the day, the versions of rules and model) and refuses to go on with anything else.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from linkage.decisions import RULE_VERSION, Facts, decide
from linkage.engines import steps
from linkage.engines.contract import Engine
from linkage.engines.steps import Step
from linkage.errors import InputChanged
from linkage.ledger import chain
from linkage.model import weights
from linkage.workplace import Workplace

Progress = Callable[[str, int, int], None]

INPUTS = ("accounts", "people", "organisations")


def plan(as_of: date) -> tuple[Step, ...]:
    """The steps of a run, in order; each reads the tables before it."""
    return (
        Step("former", "numbers that were set anew", steps.FORMER),
        Step("numbered", "accounts by their number", steps.numbered(as_of)),
        Step("aliased", "nine-digit numbers", steps.aliased(as_of)),
        Step("seekers", "accounts that a number does not settle", steps.seekers()),
        Step("namesakes", "people of the same name and birth date", steps.namesakes(as_of)),
        Step("nearby", "people of the commune who nearly fit", steps.nearby()),
        Step("open_accounts", "accounts left to the model", steps.open_accounts()),
        Step("candidates", "people whom the model may compare", steps.candidates()),
        Step("scored", "comparing", ""),
        Step("likeliest", "who stands out", steps.likeliest(as_of, weights.THRESHOLD, weights.MARGIN)),
        Step("sure", "people with several accounts", steps.sure()),
        Step("facts", "the facts of each account", steps.FACTS),
        Step("decided", "one class for each", steps.decided()),
    )


def classify(work: Workplace, engine: Engine, *, as_of: date, operator: str, progress: Progress) -> dict[str, Any]:
    """Runs what is left of the dry run and writes the ledger; returns its manifest.

    Raises:
        NotIngested: accounts or people have not been taken in.
        InputChanged: a run in this folder began with other inputs, another day or other rules.
    """
    began = time.monotonic()
    inputs = _inputs(work)
    _same_run(work, {"as_of": as_of.isoformat(), "rules": RULE_VERSION, "model": weights.MODEL_VERSION} | inputs)
    for name in INPUTS:
        engine.read(name, work.input / f"{name}.parquet")
    all_steps = plan(as_of)
    for place, step in enumerate(all_steps):
        progress(step.says, place, len(all_steps) + 1)
        path = work.stages / f"{step.name}.parquet"
        if not path.exists():
            if step.name == "decided":
                _put_decisions(engine)
            _run(engine, step, path)
        engine.read(step.name, path)
    progress("writing the ledger", len(all_steps), len(all_steps) + 1)
    entry = {"as_of": as_of.isoformat(), "operator": operator, "rules": RULE_VERSION, "model": weights.MODEL_VERSION}
    written = chain.append_run(work, entry | {"inputs": inputs})
    manifest = entry | {
        "engine": engine.name, "accounts": written.rows, "ledger_head": written.head,
        "classes": dict(engine.rows("select account_class, count(*) from decided group by 1 order by 1")),
    }  # fmt: skip
    work.write_manifest("classify", manifest)
    progress("done", len(all_steps) + 1, len(all_steps) + 1)
    return manifest | {"seconds": time.monotonic() - began}


def _run(engine: Engine, step: Step, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    _remove(part)
    if step.name == "scored":
        engine.write_scored(part)
    else:
        engine.write(step.sql, part, ordered=step.name == "decided")
    part.replace(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _inputs(work: Workplace) -> dict[str, str]:
    hashes = {}
    for name in INPUTS:
        manifest = work.manifest(f"ingest-{name}")
        hashes[name] = str(manifest.get("accounts_sha256") or manifest["sha256"])
    return hashes


def _same_run(work: Workplace, run: dict[str, Any]) -> None:
    path = work.root / "run.json"
    if path.exists():
        before = work.manifest("run")
        changed = sorted(name for name in run if before.get(name) != run[name])
        if changed:
            raise InputChanged(
                f"the run in {work.root} began with other {', '.join(changed)}; "
                "finish it with those, or begin anew with --anew (its ledger stays)"
            )
        return
    for stale in work.stages.iterdir():
        _remove(stale)
    work.write_manifest("run", run)


def begin_anew(work: Workplace) -> None:
    """Forgets an unfinished or finished run; the ledger is kept, the next run is appended to it."""
    (work.root / "run.json").unlink(missing_ok=True)
    (work.root / "classify.json").unlink(missing_ok=True)


def _put_decisions(engine: Engine) -> None:
    """Asks the rules once for each combination of facts that occurs."""
    combinations = [row[:-1] for row in engine.rows(steps.COMBINATIONS)]
    rows = [(*facts, *_decision(facts)) for facts in sorted(combinations)]
    engine.put("decisions", (*steps.FACT_COLUMNS, "account_class", "reason", "person", "scored", "facts"), rows)


def _decision(words: Iterable[Any]) -> tuple[str, str, str, bool, str]:
    facts = Facts(*words)
    decision = decide(facts)
    said = " ".join(f"{name}={_word(value)}" for name, value in asdict(facts).items() if value not in ("", "none"))
    return decision.account_class.value, decision.reason, decision.person, decision.person == "likeliest", said


def _word(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
