"""`linkage reconcile`: proof from both sides that every account, dossier, document and role is there, none twice.

One side is what was taken in and the ledger of its dry run; the other is what is there now: a second account export of
any portal (``later``), or our portal's own account of itself (``portal``). The newest export of a portal that was found
whole is kept: what was once seen is looked for every night after, and must be the same. Each check is a question that
must be answered with 0 rows; its first answers are named by reference.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linkage import checks
from linkage.checks import Check
from linkage.engines.contract import Engine
from linkage.errors import NotConserved, NotIngested
from linkage.ingest import portal_export
from linkage.ledger import chain
from linkage.normalise.columns import Reference
from linkage.workplace import Workplace

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something was found that must not be, and the first of it."""

    what: str
    count: int
    first: tuple[str, ...]


def reconcile(
    work: Workplace, engine: Engine, *, later: Workplace | None = None, portal: Path | None = None
) -> list[Finding]:
    """Runs every check that can be asked here, writes ``reconcile.json``; returns the findings, all of count 0.

    A dry run that is not finished is not asked about when ``portal`` is given: a portal may be watched without one.

    Raises:
        NotIngested, LedgerBroken: there is nothing whole to compare.
        UnreadableSource, PortalRefused: the portal's export is not whole.
        NotConserved: with each check that found something.
    """
    findings: list[Finding] = []
    asked: list[Check] = []
    has_run, has_base = (work.root / "classify.json").is_file(), (work.root / "ingest-accounts.json").is_file()
    if portal is None or has_run:
        findings += _dry_run(work, engine)
        asked += checks.INSIDE
    elif has_base:
        findings.append(_counted(work))
        _read_base(work, engine)
    if later is not None:
        for name in ("accounts", "holdings"):
            engine.read(f"later_{name}", later.input / f"{name}.parquet")
        asked += checks.LATER
    fresh = None
    if portal is not None:
        fresh = _next_folder(work)
        asked += _portal(work, engine, portal, fresh, has_base=has_base)
    findings += [_asked(engine, check) for check in asked]
    work.write_manifest("reconcile", {"both_sides": bool(later or portal), "checks": [asdict(f) for f in findings]})
    broken = [f"{f.what}: {f.count} ({', '.join(f.first)})" for f in findings if f.count]
    # guard: linkage-reconcile-fails-loudly
    if broken:
        raise NotConserved("; ".join(broken))
    if fresh is not None:
        _keep_as_seen(work, fresh)
    return findings


def _asked(engine: Engine, check: Check) -> Finding:
    count = int(engine.rows(f"select count(*) from ({check.query}) found")[0][0])  # noqa: S608  our own text
    first = engine.rows(f"select * from ({check.query}) found order by 1 limit {SHOWN}") if count else []  # noqa: S608
    return Finding(check.what, count, tuple(str(row[0]) for row in first))


def _dry_run(work: Workplace, engine: Engine) -> list[Finding]:
    classified = work.manifest("classify")
    entries = list(chain.verified(work))
    run = entries[-1]["run"] if entries else ""
    _read_base(work, engine)
    engine.read_all("ledger", [work.ledger / entry["segment"] for entry in entries if entry["run"] == run])
    return [_counted(work), _headed(classified, entries)]


def _read_base(work: Workplace, engine: Engine) -> None:
    for name in ("accounts", "holdings"):
        engine.read(name, work.input / f"{name}.parquet")


def _portal(work: Workplace, engine: Engine, export: Path, fresh: Path, *, has_base: bool) -> tuple[Check, ...]:
    """Reads the export; returns what is to be asked about it."""
    source = work.manifest("ingest-accounts")["source"] if has_base else "portal"
    portal_export.read(export, Reference(work.reference_key(), source), fresh)
    for name in ("accounts", "things"):
        engine.read(f"portal_{name}", fresh / f"{name}.parquet")
    asked = checks.PORTAL + (checks.TAKEN_IN if has_base else ())
    if (seen := _seen(work)) is None:
        return asked
    for name in ("accounts", "things"):
        engine.read(f"seen_{name}", seen / f"{name}.parquet")
    return asked + checks.SEEN


def _seen(work: Workplace) -> Path | None:
    """The newest export that was found whole; None before the first."""
    try:
        return work.root / str(work.manifest("seen")["folder"])
    except NotIngested:
        return None


def _next_folder(work: Workplace) -> Path:
    seen = _seen(work)
    folder = work.root / f"portal-{1 + int(seen.name.split('-')[1]) if seen else 1:06}"
    shutil.rmtree(folder, ignore_errors=True)  # of a night that was killed, or found a loss
    return folder


def _keep_as_seen(work: Workplace, fresh: Path) -> None:
    before = _seen(work)
    work.write_manifest("seen", {"folder": fresh.name})
    if before is not None:
        shutil.rmtree(before)


def _counted(work: Workplace) -> Finding:
    """Rows read are rows taken and rows in quarantine, by the files themselves."""
    ingest = work.manifest("ingest-accounts")
    aside = _lines(work.input / "quarantine.ndjson")
    missing = abs(int(ingest["read"]) - int(ingest["taken"]) - aside)
    return Finding("row of the source neither taken nor in quarantine", missing, ())


def _headed(classified: dict[str, Any], entries: list[dict[str, Any]]) -> Finding:
    """The ledger ends where the run said it ends."""
    same = bool(entries) and classified["ledger_head"] in {entry["entry"] for entry in entries}
    return Finding("ledger that does not hold the run's end", int(not same), ())


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _line in stream)
