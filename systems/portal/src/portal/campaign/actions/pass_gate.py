"""Go or no-go: the conditions are asked now and kept as they stood; two persons sign. A go needs every condition."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, conservation, register_client
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Role, in_force
from portal.campaign import progress, standing
from portal.campaign.four_eyes import Decider
from portal.campaign.models import GateDecision, Rehearsal
from portal.campaign.planning import GateFacts, gate
from portal.claims.models import Claim
from portal.claims.states import OPEN
from portal.eid_login.provider import ProviderRefused, ProviderUnavailable, provider


class GateRefused(Exception):
    """Not possible; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def conditions(cohort: str = "") -> dict[str, bool]:
    """Each named condition, asked now, for one cohort or for all. What cannot be asked does not hold."""
    now = progress.now(cohort)
    rehearsed = Rehearsal.objects.filter(good=True).order_by("-at").first()
    today = country_time.today()
    desk = [g for g in DutyGrant.objects.filter(role=Role.DESK_OFFICER) if in_force(g.facts, today) is None]
    return gate(
        GateFacts(
            linked_percent=100 * now.linked_share,
            portals_hold_policy=standing.now().all_current,
            register_answers=_register_answers(),
            eid_answers=_eid_answers(),
            conserved=not conservation.faults(),
            unreached_percent=100 * now.unreached / now.told if now.told else 0.0,
            desk_offices=len({grant.office for grant in desk if grant.office}),
            desk_late=Claim.objects.filter(state__in=OPEN, due_at__lt=country_time.now()).count(),
            rehearsed=country_time.now() - rehearsed.at if rehearsed else None,
            frozen=bool(progress.switch().frozen_by),
        )
    )


def _register_answers() -> bool:
    return register_client.register().answers()


def _eid_answers() -> bool:
    try:
        return bool(provider().metadata())
    except (ProviderUnavailable, ProviderRefused):
        return False


def first(
    decider: Decider,
    name: str,
    *,
    go: bool,
    reason: str,
    cohort: str = "",
    still_may: Callable[[], object] = lambda: None,
) -> GateDecision:
    """The first signature; `still_may` judges the official's duty again inside the transaction.

    Raises GateRefused: a condition fails, nobody known to be a person, no reason; and what `still_may` raises.
    """
    if len(reason.strip()) < 10:
        raise GateRefused("NO_REASON")
    if decider.person is None:
        raise GateRefused("SAME_PERSON")
    found = conditions(cohort)
    # guard: no-go-while-a-condition-fails
    if go and not all(found.values()):
        raise GateRefused("CONDITION_FAILS")
    with transaction.atomic():
        # guard: gate-duty-judged-in-transaction
        still_may()
        made = GateDecision.objects.create(
            cohort=cohort,
            conditions=found,
            go=go,
            reason=reason.strip()[:500],
            first_by=decider.actor,
            first_person=decider.person,
            first_name=name,
        )
        audit.record("gate.first", actor=decider.actor, subject=f"gate:{made.pk}", detail={"go": go})
    return made


def second(
    decision_id: UUID, decider: Decider, name: str, still_may: Callable[[], object] = lambda: None
) -> GateDecision:
    """The second signature; for a go every condition is asked again. Raises GateRefused and what `still_may` raises."""
    found = conditions(GateDecision.objects.values_list("cohort", flat=True).get(pk=decision_id))
    with transaction.atomic():
        decision = GateDecision.objects.select_for_update().get(pk=decision_id)
        still_may()
        # guard: gate-needs-two-persons
        if decider.person is None or bytes(decision.first_person) == decider.person:
            raise GateRefused("SAME_PERSON")
        if decision.second_at is not None:
            raise GateRefused("DECIDED")
        if decision.go and not all(found.values()):
            raise GateRefused("CONDITION_FAILS")
        decision.second_by, decision.second_name = decider.actor, name
        decision.second_at, decision.conditions = country_time.now(), found
        decision.save()
        audit.record("gate.second", actor=decider.actor, subject=f"gate:{decision.pk}", detail={"go": decision.go})
    return decision
