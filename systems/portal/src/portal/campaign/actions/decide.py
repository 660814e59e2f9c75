"""Decide about a proposal: a second person approves it and the next version is signed, or refuses it with a reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, policy_issue
from portal.campaign import standing
from portal.campaign.actions.propose import held, rules_of
from portal.campaign.four_eyes import Decider, Refusal, may_decide
from portal.campaign.models import PolicyProposal, ProposalState


class DecisionRefused(Exception):
    """This decider may not decide this now; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def execute(
    proposal_id: UUID,
    *,
    approve: bool,
    reason: str,
    decider: Decider,
    name: str,
    still_may: Callable[[], object] = lambda: None,
) -> PolicyProposal:
    """Write the decision; `still_may` judges the official's duty again inside the transaction.

    Raises DecisionRefused, ChangeWaits (another date still awaits acknowledgement), and what `still_may` raises.
    """
    with transaction.atomic():
        proposal = PolicyProposal.objects.select_for_update().get(pk=proposal_id)
        still_may()
        person = proposal.proposed_person
        refusal = may_decide(
            state=proposal.state,
            proposer=Decider(proposal.proposed_by, bytes(person) if person is not None else None),
            decider=decider,
            based_on=proposal.based_on,
            held=held().version,
            approve=approve,
            reason=reason,
            no_return=standing.past_return(held(), proposal),
        )
        if refusal is not None:
            raise DecisionRefused(refusal)
        if approve:
            document = policy_issue.issue(
                rules_of(proposal),
                reason=proposal.reason,
                proposed_by=proposal.proposed_by,
                approved_by=decider.actor,
            )
            proposal.version = document.version
        proposal.state = ProposalState.APPROVED if approve else ProposalState.REFUSED
        proposal.decided_at, proposal.decided_by = country_time.now(), decider.actor
        proposal.decided_name, proposal.decision_reason = name, reason
        proposal.save()
        event = "policy-approved" if approve else "policy-refused"
        audit.record(
            event, actor=decider.actor, subject=f"proposal:{proposal.pk}", detail={"version": proposal.version}
        )
    return proposal
