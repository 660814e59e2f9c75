"""`linkage reconcile`: proof from both sides that every account, dossier, document and role is there, none twice.

One side is what was taken in, the other is the ledger and, with a second export of the same portal, what is there
now. Each check is a question that must be answered with 0 rows; its first answers are named by reference.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linkage.decisions import AccountClass
from linkage.engines.contract import Engine
from linkage.errors import NotConserved
from linkage.ledger import chain
from linkage.workplace import Workplace

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """What must not be, and the query that finds it (its first column is shown)."""

    what: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something was found that must not be, and the first of it."""

    what: str
    count: int
    first: tuple[str, ...]


_CLASSES = ", ".join(f"'{one.value}'" for one in AccountClass)

INSIDE: tuple[Check, ...] = (
    Check("account taken in twice", "select account_ref from accounts group by 1 having count(*) > 1"),
    Check("account without a decision", "select account_ref from accounts anti join ledger using (account_ref)"),
    Check("decision about no account", "select account_ref from ledger anti join accounts using (account_ref)"),
    Check("account with two decisions", "select account_ref from ledger group by 1 having count(*) > 1"),
    Check("decision of no class", f"select account_ref from ledger where account_class not in ({_CLASSES})"),  # noqa: S608
    # Nothing but a certain class may name a person without a score or a sole namesake: see decisions.RULES.
    Check(
        "person named where the class has none",
        "select account_ref from ledger where person_ref is not null and account_class in ('no_match', 'insufficient', "
        "'never_signed_in', 'foreigner', 'official', 'several_people', 'nine_digits_unresolvable')",
    ),
    Check("thing held by two accounts", "select code from holdings group by what, code having count(*) > 1"),
    Check("thing held by no account", "select code from holdings anti join accounts using (account_ref)"),
)

AFTER: tuple[Check, ...] = (
    Check("account lost", "select account_ref from accounts anti join later_accounts using (account_ref)"),
    Check("account there twice", "select account_ref from later_accounts group by 1 having count(*) > 1"),
    Check("thing lost", "select code from holdings anti join later_holdings using (what, code)"),
    Check("thing there twice", "select code from later_holdings group by what, code having count(*) > 1"),
    Check(
        "thing with another owner",
        "select h.code from holdings h join later_holdings l using (what, code) where l.account_ref <> h.account_ref",
    ),
)


def reconcile(work: Workplace, engine: Engine, *, later: Workplace | None = None) -> list[Finding]:
    """Runs every check, writes ``report/reconcile.json``; returns the findings, all of count 0.

    Raises:
        NotIngested, LedgerBroken: there is nothing whole to compare.
        NotConserved: with each check that found something.
    """
    ingest, classified = work.manifest("ingest-accounts"), work.manifest("classify")
    entries = list(chain.verified(work))
    run = entries[-1]["run"] if entries else ""
    segments = [work.ledger / entry["segment"] for entry in entries if entry["run"] == run]
    for name in ("accounts", "holdings"):
        engine.read(name, work.input / f"{name}.parquet")
    engine.read_all("ledger", segments)
    checks = list(INSIDE)
    if later is not None:
        for name in ("accounts", "holdings"):
            engine.read(f"later_{name}", later.input / f"{name}.parquet")
        checks += AFTER
    findings = [_counted(ingest, work), _headed(classified, entries)]
    for check in checks:
        count = int(engine.rows(f"select count(*) from ({check.query}) found")[0][0])  # noqa: S608  our own text
        first = engine.rows(f"{check.query} limit {SHOWN}") if count else []
        findings.append(Finding(check.what, count, tuple(str(row[0]) for row in first)))
    work.write_manifest(
        "reconcile",
        {"ledger_head": entries[-1]["entry"], "both_sides": later is not None, "checks": [asdict(f) for f in findings]},
    )
    broken = [f"{f.what}: {f.count} ({', '.join(f.first)})" for f in findings if f.count]
    # guard: linkage-reconcile-fails-loudly
    if broken:
        raise NotConserved("; ".join(broken))
    return findings


def _counted(ingest: dict[str, Any], work: Workplace) -> Finding:
    """Rows read are rows taken and rows in quarantine, by the files themselves."""
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
