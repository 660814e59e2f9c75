"""Verbs of accounts: `portal old-accounts import|export`, `portal audit verify`, `portal linking-rules`."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path

from portal.accounts import audit, conservation, deciding, exporting
from portal.accounts.actions import import_old
from portal.config import CONFIG


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    old = commands.add_parser("old-accounts", help="accounts made by the portal").add_subparsers(required=True)
    importing = old.add_parser("import", help="read an export (NDJSON, - for standard input)")
    importing.add_argument("file")
    importing.set_defaults(run=lambda given: import_accounts(given.file))
    leaving = old.add_parser("export", help="one line for each account (NDJSON, - for standard output), for a dry run")
    leaving.add_argument("file")
    leaving.set_defaults(run=lambda given: export_accounts(given.file))
    chain = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True)
    chain.add_parser("verify", help="is the chain whole?").set_defaults(run=lambda _given: verify_audit())
    kept = commands.add_parser("conservation", help="is every account and record there?").add_subparsers(required=True)
    kept.add_parser("verify", help="ask this portal about itself").set_defaults(
        run=lambda _given: verify_conservation()
    )
    exporting = kept.add_parser("export", help="one line for each account (NDJSON), for linkage reconcile")
    exporting.add_argument("file")
    exporting.set_defaults(run=lambda given: export_conservation(given.file))
    rules = commands.add_parser("linking-rules", help="the rules of links, as a page of Markdown")
    rules.set_defaults(run=lambda _given: print(deciding.rules_table(), end="") or 0)


def import_accounts(file: str) -> int:
    """Import; 1 when any line was wrong, 2 at a portal that has no old accounts."""
    if not CONFIG.national:
        print("old-accounts import: only the national portal has old accounts", file=sys.stderr)
        return 2
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    report = import_old.execute(text.splitlines())
    print(f"old accounts: {report.made} made, {report.known} known, {len(report.faults)} refused")
    for line, reason in report.faults:
        print(f"line {line}: {reason}", file=sys.stderr)
    return 1 if report.faults else 0


def export_accounts(file: str) -> int:
    """Write every old account; a file is readable by its owner only, because it holds personal data."""
    if file == "-":
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in exporting.rows())
        return 0
    path = Path(file)
    # guard: account-export-is-private
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in exporting.rows())
    return 0


def verify_conservation() -> int:
    """Print what does not add up; 1 when anything does not."""
    found = conservation.faults()
    print("\n".join(found) or "every account is in one state, every record is there")
    return 1 if found else 0


def export_conservation(file: str) -> int:
    """Write the export to a file, or to standard output (-)."""
    with nullcontext(sys.stdout) if file == "-" else Path(file).open("w", encoding="utf-8") as out:
        for row in conservation.export():
            out.write(json.dumps(row, sort_keys=True) + "\n")
    return 0


def verify_audit() -> int:
    """Walk the chain."""
    broken = audit.broken_at()
    print("the audit chain is whole" if broken is None else f"the audit chain breaks at entry {broken}")
    return 0 if broken is None else 1
