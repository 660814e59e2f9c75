"""Propose dates for the policy: by an official, or by a command. It changes nothing until a second person approves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts import audit
from portal.accounts.cutover import PolicyDocument, Rule
from portal.accounts.policy_store import load
from portal.campaign.four_eyes import Decider
from portal.campaign.models import PolicyProposal


class NothingChanges(Exception):
    """The proposal is what holds already."""


def held() -> PolicyDocument:
    """What holds at the national portal. Raises LookupError before `portal policy seed`."""
    current = load().current
    if current is None:
        raise LookupError("no policy yet: portal policy seed")
    return current


def execute(rules: tuple[Rule, ...], *, reason: str, proposer: Decider, name: str) -> PolicyProposal:
    """Record the proposal. Raises NothingChanges, LookupError."""
    with transaction.atomic():
        current = held()
        if set(rules) == set(current.rules):
            raise NothingChanges
        proposal = PolicyProposal.objects.create(
            rules=[_plain(rule) for rule in rules],
            reason=reason,
            proposed_by=proposer.actor,
            proposed_person=proposer.person,
            proposed_name=name,
            based_on=current.version,
        )
        detail = {"rules": proposal.rules, "based_on": current.version}
        audit.record("policy-proposed", actor=proposer.actor, subject=f"proposal:{proposal.pk}", detail=detail)
    return proposal


def rules_of(proposal: PolicyProposal) -> tuple[Rule, ...]:
    """The proposed rules."""
    return tuple(
        Rule(each["kind"], each["cohort"], datetime.fromisoformat(each["ends_at"]), each["legal_basis"])
        for each in proposal.rules
    )


def _plain(rule: Rule) -> dict[str, str]:
    return {
        "kind": rule.kind,
        "cohort": rule.cohort,
        "ends_at": rule.ends_at.isoformat(),
        "legal_basis": rule.legal_basis,
    }
