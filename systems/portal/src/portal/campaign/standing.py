"""What the staff page shows about the policy: what holds, what awaits, who holds which version, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel import country_time
from portal.accounts.cutover import PolicyDocument, digest, from_claims, needs_acknowledgement, to_claims
from portal.accounts.models import LedgerEntry
from portal.accounts.models_policy import THE_SLOT, PolicyCopy, PolicyHolder
from portal.accounts.policy_store import load
from portal.campaign.models import PolicyProposal
from portal.campaign.planning import may_roll_back
from portal.claims import archiving
from portal.config import CONFIG

SILENT_AFTER = timedelta(minutes=10)
HISTORY = 20


@dataclass(frozen=True, slots=True)
class Holding:
    """One portal: which version it has acknowledged and when, and whether it still answers."""

    name: str
    title: Mapping[str, str]
    """What people call the portal, by language."""
    version: int | None
    acknowledged_at: datetime | None
    heard_at: datetime | None
    current: bool
    ready: bool
    silent: bool
    minutes: int | None
    """Whole minutes since it was last heard; None: never."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole page. `alarm`: why the last message about the policy was not believed."""

    current: PolicyDocument | None
    awaiting: PolicyDocument | None
    holdings: list[Holding]
    proposals: list[PolicyProposal]
    decided: list[PolicyProposal]
    alarm: str

    @property
    def all_current(self) -> bool:
        """Has every portal acknowledged what holds?"""
        return all(each.current and not each.silent for each in self.holdings)


def now() -> Standing:
    """As it stands at this moment."""
    copy = load()
    row = PolicyCopy.objects.filter(slot=THE_SLOT).first()
    proposals = PolicyProposal.objects.order_by("-proposed_at")
    return Standing(
        current=copy.current,
        awaiting=copy.awaiting,
        holdings=[_holding(each, copy.current, copy.awaiting) for each in PolicyHolder.objects.order_by("name")],
        proposals=list(proposals.filter(state="waiting")),
        decided=list(proposals.exclude(state="waiting")[:HISTORY]),
        alarm=row.alarm if row else "",
    )


def _holding(holder: PolicyHolder, current: PolicyDocument | None, awaiting: PolicyDocument | None) -> Holding:
    quiet = datetime.now(UTC) - holder.heard_at if holder.heard_at else None
    return Holding(
        name=holder.name,
        title=next((peer.title for peer in CONFIG.exchange_peers if peer.name == holder.name), {"vi": holder.name}),
        version=holder.version,
        acknowledged_at=holder.acknowledged_at,
        heard_at=holder.heard_at,
        current=current is not None and holder.digest == digest(current),
        ready=awaiting is not None and holder.awaiting_digest == digest(awaiting),
        silent=quiet is None or quiet > SILENT_AFTER,
        minutes=None if quiet is None else int(quiet.total_seconds() // 60),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what a proposal would change."""

    kind: str
    cohort: str
    before: datetime | None
    after: datetime | None
    basis_before: str
    basis_after: str

    @property
    def differs(self) -> bool:
        """Would anything change in this line?"""
        return (self.before, self.basis_before) != (self.after, self.basis_after)


def changes(current: PolicyDocument, proposal: PolicyProposal) -> list[Change]:
    """What the proposal would change, line by line."""
    proposed = as_document(current, proposal)
    lines = []
    for kind, cohort in dict.fromkeys((rule.kind, rule.cohort) for rule in (*current.rules, *proposed.rules)):
        before, after = current.rule_for(kind, cohort), proposed.rule_for(kind, cohort)
        lines.append(
            Change(
                kind,
                cohort,
                before.ends_at if before else None,
                after.ends_at if after else None,
                before.legal_basis if before else "",
                after.legal_basis if after else "",
            )
        )
    return lines


def is_near(current: PolicyDocument, proposal: PolicyProposal) -> bool:
    """Would it have to wait for the acknowledgement of every portal?"""
    return needs_acknowledgement(current, as_document(current, proposal), country_time.now())


def past_return(current: PolicyDocument, proposal: PolicyProposal) -> bool:
    """Would it move back a date that has passed, and because of which accounts of that kind were put away already?"""
    now = country_time.now()
    return any(
        line.before is not None
        and (line.after is None or line.after > line.before)
        and not may_roll_back(since_date=now - line.before, archived_by_rule=archived_by_rule(line.kind))
        for line in changes(current, proposal)
    )


def archived_by_rule(*kinds: str) -> int:
    """Accounts of these kinds that were put away because their date had passed; restored ones count too."""
    rows = LedgerEntry.objects.filter(because="archived", facts__by=archiving.RULE, account__kind__in=kinds)
    return rows.count()


def as_document(current: PolicyDocument, proposal: PolicyProposal) -> PolicyDocument:
    """The proposal as the document that it would become."""
    return from_claims(to_claims(current) | {"rules": proposal.rules, "version": current.version + 1})
