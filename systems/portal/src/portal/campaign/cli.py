"""`portal policy …`: the date from the command line. A command proposes; it never approves."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kernel import country_time
from portal.accounts import policy_issue
from portal.accounts.cutover import ACCOUNT_KINDS, DEFAULT_COHORT, PolicyDocument, Rule
from portal.accounts.policy_store import load
from portal.campaign import law, standing
from portal.campaign.actions import form_cohort, propose, rehearse, send_notices
from portal.campaign.four_eyes import Decider
from portal.config import CONFIG, is_loopback

SANDBOX_WAIT_SECONDS = 60


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`portal policy …`, `portal campaign …`"""
    campaign = commands.add_parser("campaign", help="waves and notices").add_subparsers(required=True)
    campaign.add_parser("send", help="send what is owed now").set_defaults(run=lambda _: _send())
    back = campaign.add_parser("bounces", help="messages that came back: their ids, one a line (- for standard input)")
    back.add_argument("file")
    back.set_defaults(run=lambda given: _bounces(given.file))
    cohort = campaign.add_parser("cohort", help="put accounts into a cohort: keys, one a line (- for standard input)")
    cohort.add_argument("name")
    cohort.add_argument("file")
    cohort.set_defaults(run=lambda given: _cohort(given.name, given.file))
    playing = campaign.add_parser("rehearse", help="play the date on a copy of everything as it is")
    playing.set_defaults(run=lambda _: _rehearse())
    policy = commands.add_parser("policy", help="the date on which old accounts stop signing in")
    verbs = policy.add_subparsers(dest="verb", required=True)
    verbs.add_parser("seed", help="issue version 1 from the law, once").set_defaults(run=lambda _: seed())
    verbs.add_parser("show", help="what holds, what waits, who holds what").set_defaults(run=lambda _: show())
    proposing = verbs.add_parser("propose", help="propose a date; a second person approves it on the staff page")
    _date_options(proposing, required=True)
    proposing.add_argument(
        "--cohort", default=DEFAULT_COHORT, help="whose date; default: of everybody without an own one"
    )
    proposing.add_argument("--legal-basis", required=True)
    proposing.add_argument("--reason", required=True)
    proposing.set_defaults(
        run=lambda given: propose_dates(given.kind, given.ends_at, given.legal_basis, given.reason, given.cohort)
    )
    cutting = verbs.add_parser("sandbox-cutover", help="test environment only: plays both persons, and says so")
    _date_options(cutting, required=False)
    cutting.set_defaults(run=lambda given: sandbox_cutover(given.kind or ["citizen", "official"], given.ends_at))


def _send() -> int:
    print(f"{send_notices.execute()} accounts told")
    return 0


def _bounces(file: str) -> int:
    ids = _ids(file)
    print(f"{send_notices.bounced([str(each) for each in ids])} of {len(ids)} known")
    return 0


def _cohort(name: str, file: str) -> int:
    ids = _ids(file)
    try:
        done = form_cohort.execute(name, ids, f"command:{getpass.getuser()}")
    except form_cohort.CohortRefused as refused:
        print(f"campaign: {refused}", file=sys.stderr)
        return 1
    print(
        f"cohort {name}: {done.moved} put in, {done.there} were there, {done.unknown} unknown, "
        f"{done.other_date} left where they are because their date would change"
    )
    return 1 if done.unknown or done.other_date else 0


def _ids(file: str) -> list[UUID]:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return [UUID(line.strip()) for line in text.splitlines() if _is_uuid(line.strip())]


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _rehearse() -> int:
    made = rehearse.execute(f"command:{getpass.getuser()}")
    print("\n".join(f"{what}: {number}" for what, number in made.found.items()))
    return 0 if made.good else 1


def _date_options(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--kind", action="append", choices=ACCOUNT_KINDS, required=required)
    parser.add_argument("--ends-at", type=_moment, required=required, help='country time, "2024-07-01 00:00"')


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=country_time.VIETNAM)


def _refused(text: str) -> int:
    print(f"policy: {text}", file=sys.stderr)
    return 1


def seed() -> int:
    """Issue version 1 from the law; does nothing when a policy is there."""
    if not CONFIG.national:
        return _refused("only the national portal issues the policy")
    document = law.seed()
    print("a policy is there already" if document is None else f"version {document.version} issued from the law")
    return 0


def show() -> int:
    """Print the standing of the policy."""
    copy = load()
    if copy.current is None:
        return _refused("no policy is held")
    _print(copy.current)
    if copy.age is not None and not CONFIG.national:
        print(f"  last confirmed {int(copy.age.total_seconds())} s ago")
    if copy.awaiting is not None:
        print("awaiting acknowledgement:")
        _print(copy.awaiting)
    for each in standing.now().holdings:
        holds = "acknowledged" if each.current else f"holds version {each.version}"
        print(f"  {each.name}: {holds}{', ready' if each.ready else ''}{', silent' if each.silent else ''}")
    return 0


def _print(document: PolicyDocument) -> None:
    print(f"version {document.version}, proposed by {document.proposed_by}, approved by {document.approved_by}")
    for rule in document.rules:
        ends_at = rule.ends_at.astimezone(country_time.VIETNAM)
        print(f"  {rule.kind}/{rule.cohort}: until {ends_at:%Y-%m-%d %H:%M} ({rule.legal_basis})")


def _rules(kinds: list[str], ends_at: datetime, basis: str | None, cohort: str = DEFAULT_COHORT) -> tuple[Rule, ...]:
    """What holds, with the date of these kinds in this cohort moved; without `basis` the law of the kind stays."""
    held = propose.held()
    law = {kind: rule.legal_basis for kind in kinds if (rule := held.rule_for(kind, cohort))}
    kept = tuple(rule for rule in held.rules if rule.cohort != cohort or rule.kind not in law)
    return kept + tuple(Rule(kind, cohort, ends_at, basis or law[kind]) for kind in law)


def propose_dates(kinds: list[str], ends_at: datetime, basis: str, reason: str, cohort: str = DEFAULT_COHORT) -> int:
    """Propose; prints where a second person approves."""
    name = getpass.getuser()
    try:
        made = propose.execute(
            _rules(kinds, ends_at, basis, cohort), reason=reason, proposer=Decider(f"command:{name}", None), name=name
        )
    except propose.NothingChanges:
        return _refused("these dates hold already")
    except LookupError as fault:
        return _refused(str(fault))
    print(f"proposed; a second person approves it at {CONFIG.origin}/dieu-hanh/chinh-sach/{made.pk}")
    return 0


def sandbox_cutover(kinds: list[str], ends_at: datetime | None) -> int:
    """Bring dates forward to now (or `ends_at`), playing both persons; waits until every portal has it.

    Refused outside a test environment on loopback: this is the only way past the second person.
    """
    # guard: sandbox-cutover-loopback-only
    if not (CONFIG.national and CONFIG.test_environment and is_loopback(CONFIG.host)):
        return _refused("sandbox-cutover works only in a test environment on this machine")
    print("sandbox: this command plays both the person who proposes and the person who approves")
    rules = _rules(kinds, ends_at or country_time.now().replace(microsecond=0), None)
    try:
        document = policy_issue.issue(
            rules, reason="sandbox cutover", proposed_by="sandbox:proposer", approved_by="sandbox:approver"
        )
    except policy_issue.ChangeWaits:
        return _refused("another change still waits for acknowledgements: portal policy show")
    return _wait_for(document.version)


def _wait_for(version: int) -> int:
    end = time.monotonic() + SANDBOX_WAIT_SECONDS
    while time.monotonic() < end:
        held = load().current
        holdings = standing.now().holdings
        if held is not None and held.version >= version and all(each.current for each in holdings):
            print(f"version {version} holds everywhere: {', '.join(['national', *(each.name for each in holdings)])}")
            return 0
        time.sleep(0.2)
    waiting = [each.name for each in standing.now().holdings if not (each.ready or each.current)]
    return _refused(f"version {version} still waits for {', '.join(waiting) or 'an acknowledgement'}")
