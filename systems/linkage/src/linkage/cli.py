"""`linkage VERB`: a dry run over a whole account base. Settings come from the environment (`.env.example`)."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kernel import country_time
from linkage import dry_run, reconciling, settings
from linkage.decisions import AccountClass
from linkage.engines.contract import Engine
from linkage.errors import BadSettings, LinkageError, NotIngested
from linkage.ingest import keys, mapping, taking
from linkage.ledger import explaining
from linkage.normalise.columns import Reference
from linkage.settings import Settings
from linkage.workplace import Workplace


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; 0 done, 1 a fault, 2 unusable settings or mapping, 3 no such engine here, 4 rows in quarantine."""
    given = _parser().parse_args(arguments)
    try:
        chosen = settings.load()
        code: int = given.run(given, chosen, Workplace(chosen.work).make())
    except LinkageError as error:
        print(f"linkage: {error}", file=sys.stderr)
        return error.exit_code
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linkage", description="What would become of every old account.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check", help="validate the settings").set_defaults(run=_check)
    ingest = verbs.add_parser("ingest", help="take in accounts, the register's extract, organisations")
    ingest.add_argument("what", choices=("accounts", "people", "organisations"))
    ingest.add_argument("source", type=Path)
    ingest.add_argument("--mapping", type=Path, required=True, help="which column is which field (TOML)")
    ingest.set_defaults(run=_ingest)
    classify = verbs.add_parser("classify", help="put every account into one class, and say why")
    classify.add_argument("--as-of", type=date.fromisoformat, help="the day that ages count on; today by default")
    classify.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    classify.add_argument("--anew", action="store_true", help="forget a run that began with other inputs")
    classify.set_defaults(run=_classify)
    verbs.add_parser("report", help="the page and the tables of the finished run").set_defaults(run=_report)
    reconcile = verbs.add_parser("reconcile", help="prove that nothing is lost or twice")
    reconcile.add_argument("--later", type=Path, help="a second export of the same portal, to compare with")
    reconcile.add_argument("--mapping", type=Path, help="its mapping file")
    reconcile.add_argument("--portal", type=Path, help="what our portal says it has (`portal conservation export`)")
    reconcile.set_defaults(run=_reconcile)
    show = verbs.add_parser("show", help="what was decided about one account, and why")
    show.add_argument("account_key")
    show.set_defaults(run=_show)
    listing = verbs.add_parser("keys", help="keys of the portal of all accounts in one class")
    listing.add_argument("account_class", choices=[each.value for each in AccountClass])
    listing.add_argument("source", type=Path, help="the export that was taken in")
    listing.add_argument("--mapping", type=Path, required=True, help="its mapping file")
    listing.set_defaults(run=_keys)
    purge = verbs.add_parser("purge", help="remove inputs and working tables; report and ledger stay")
    purge.set_defaults(run=_purge)
    return parser


def engine(name: str, chosen: Settings, work: Workplace) -> Engine:
    """The engine of that name. Raises EngineMissing."""
    if name == "spark":
        from linkage.engines.spark import Spark

        return Spark(threads=chosen.threads, memory_mb=chosen.memory_mb)
    from linkage.engines.duckdb import DuckDB

    return DuckDB(threads=chosen.threads, memory_mb=chosen.memory_mb, spill=work.root / "spill")


def _check(_given: argparse.Namespace, chosen: Settings, work: Workplace) -> int:
    print(f"linkage: the settings are good; work is kept in {work.root}, {chosen.operator} answers for it")
    return 0


def _ingest(given: argparse.Namespace, _chosen: Settings, work: Workplace) -> int:
    bar = Bar()

    def progress(what: str, rows: int) -> None:
        bar.show(f"{what}: {rows:,} rows")

    if given.what == "accounts":
        from linkage.engines.duckdb import repeated_keys

        fields = mapping.load(given.mapping)
        done = taking.accounts(given.source, fields, work, duplicates=repeated_keys, progress=progress)
    else:
        fields = mapping.load(
            given.mapping, mapping.PEOPLE_FIELDS if given.what == "people" else mapping.ORGANISATION_FIELDS
        )
        take = taking.people if given.what == "people" else taking.organisations
        done = take(given.source, fields, work, progress=progress)
    bar.end()
    aside = sum(done["quarantined"].values())
    print(f"linkage: {done['taken']:,} {given.what} taken in, {aside:,} rows in quarantine")
    for line in done["lines"]:
        print(f"  {line}")
    if aside:
        print(f"  they stand in {work.input}/quarantine*.ndjson, each with its row number and reason")
    return 4 if aside else 0


def _classify(given: argparse.Namespace, chosen: Settings, work: Workplace) -> int:
    bar = Bar()
    if given.anew:
        dry_run.begin_anew(work)
    runs_on = engine(given.engine, chosen, work)
    try:
        done = dry_run.classify(
            work,
            runs_on,
            as_of=given.as_of or country_time.today(),
            operator=chosen.operator,
            progress=lambda says, place, of: bar.show(f"[{'█' * place:<{of}}] {says}"),
        )
    finally:
        runs_on.close()
    bar.end()
    print(f"linkage: {done['accounts']:,} accounts, each in one class ({done['seconds']:.1f} s)")
    for name, count in done["classes"].items():
        print(f"  {name:<26} {count:>10,}")
    return 0


def _report(_given: argparse.Namespace, chosen: Settings, work: Workplace) -> int:
    from design.assets import AssetsNotBuilt
    from linkage.report import pages

    as_of = date.fromisoformat(work.manifest("classify")["as_of"])
    runs_on = engine("duckdb", chosen, work)
    try:
        page = pages.write(work, runs_on, as_of=as_of, test_environment=chosen.test_environment)
    except AssetsNotBuilt as error:
        raise LinkageError(str(error)) from error
    finally:
        runs_on.close()
    print(f"linkage: {page}")
    return 0


def _reconcile(given: argparse.Namespace, chosen: Settings, work: Workplace) -> int:
    later = None
    if given.later:
        if not given.mapping:
            raise BadSettings("--later needs --mapping")
        later = Workplace(work.root / "later").make()
        later.take_reference_key_of(work)
        fields = mapping.load(given.mapping)
        taking.accounts(given.later, fields, later, duplicates=lambda _path: {}, progress=lambda _what, _rows: None)
    runs_on = engine("duckdb", chosen, work)
    try:
        findings = reconciling.reconcile(work, runs_on, later=later, portal=given.portal)
    finally:
        runs_on.close()
    for one in findings:
        print(f"  0  {one.what}")
    print(f"linkage: {len(findings)} checks, nothing lost, nothing twice")
    return 0


def _show(given: argparse.Namespace, _chosen: Settings, work: Workplace) -> int:
    source = work.manifest("ingest-accounts")["source"]
    reference = Reference(work.reference_key(), source).of(given.account_key)
    found = explaining.one(work, reference)
    if found is None:
        raise NotIngested("this account is not in the ledger")
    print("\n".join(found))
    return 0


def _keys(given: argparse.Namespace, _chosen: Settings, work: Workplace) -> int:
    fields = mapping.load(given.mapping)
    for key in keys.of_class(work, AccountClass(given.account_class), given.source, fields):
        print(key)
    return 0


def _purge(_given: argparse.Namespace, _chosen: Settings, work: Workplace) -> int:
    for folder in (work.input, work.stages, work.root / "spill"):
        shutil.rmtree(folder, ignore_errors=True)
    work.make()
    print("linkage: inputs and working tables are removed; report and ledger stay")
    return 0


class Bar:
    """One line that is written over on a terminal; elsewhere nothing is said until the end."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Shows where the work is."""
        if self._terminal:
            print(f"\r{text:<78}", end="", file=sys.stderr, flush=True)
        self._shown = text

    def end(self) -> None:
        """Leaves the line clean."""
        if self._terminal and self._shown:
            print(f"\r{'':<78}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
