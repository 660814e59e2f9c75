"""`/dieu-hanh/cua`: the named conditions, the rehearsal, two signatures, and the way back while there is one."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from kernel import country_time
from portal.accounts.cutover import DEFAULT_COHORT
from portal.accounts.duty.access import Acting, enforce
from portal.campaign import planning, progress, standing
from portal.campaign.actions import pass_gate, rehearse
from portal.campaign.actions.pass_gate import GateRefused
from portal.campaign.models import GateDecision, Rehearsal
from portal.campaign.views.frame import EITHER, cohort_of, decider, national_only, page
from portal.i18n import lazy

CONDITIONS = {
    "COVERAGE": lazy("At least 95 in 100 accounts are linked"),
    "POLICY_HELD": lazy("Every portal holds the newest policy"),
    "REGISTER": lazy("The population database answers"),
    "EID": lazy("VNeID answers"),
    "CONSERVATION": lazy("Every account is in one state, every record is there"),
    "REACHABLE": lazy("At most 5 in 100 who were told cannot be reached any more"),
    "DESK_STAFFED": lazy("The claim desk is staffed in two offices"),
    "DESK_IN_TIME": lazy("No request at the claim desk is overdue"),
    "REHEARSED": lazy("The date was rehearsed within 30 days, without a fault"),
    "NOT_FROZEN": lazy("The campaign is not frozen"),
}
REFUSALS = {
    "NO_REASON": lazy("Say why, in at least 10 characters."),
    "SAME_PERSON": lazy("Another person has to sign second."),
    "CONDITION_FAILS": lazy("A condition does not hold; go cannot be signed."),
    "DECIDED": lazy("This was decided already."),
}
FOUND = {
    "refused_from_the_date": lazy("Accounts that sign in no more"),
    "sign_in_with_eid": lazy("Accounts that are linked"),
    "late_link": lazy("Of the rest: late linking"),
    "claim_desk": lazy("Of the rest: claim desk"),
    "exempt": lazy("Exempt by law"),
    "sessions_ended": lazy("Old sessions that would end"),
}


@require_http_methods(["GET", "POST"])
@EITHER
def gate(request: HttpRequest) -> HttpResponse:
    """The gate; posting signs first."""
    national_only()
    if request.method == "POST":
        duty: Acting = request.duty  # type: ignore[attr-defined]
        choice = request.POST.get("decision", "")
        try:
            pass_gate.first(
                decider(request),
                duty.full_name,
                go=choice == "go",
                reason=request.POST.get("reason", ""),
                cohort=cohort_of(request),
                still_may=lambda: enforce(duty),
            )
        except GateRefused as refused:
            return _page(request, str(REFUSALS[refused.code]), 409)
        return HttpResponseRedirect(f"/dieu-hanh/cua?{urlencode({'cohort': cohort_of(request)})}")
    return _page(request)


def _page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    cohort = cohort_of(request)
    found = pass_gate.conditions(cohort)
    rehearsal = Rehearsal.objects.order_by("-at").first()
    legal = progress.legal_date(cohort=cohort or DEFAULT_COHORT)
    passed = country_time.today() - legal if legal and country_time.today() >= legal else None
    context = {
        "conditions": [(str(CONDITIONS[name]), holds) for name, holds in found.items()],
        "all_hold": all(found.values()),
        "cohort": cohort,
        "cohorts": progress.cohorts(),
        "legal_date": legal,
        "rehearsal": rehearsal,
        "found": [(str(FOUND[key]), rehearsal.found[key]) for key in FOUND] if rehearsal else [],
        "decisions": GateDecision.objects.order_by("-first_at")[:10],
        "can_roll_back": planning.may_roll_back(
            since_date=passed, archived_by_rule=standing.archived_by_rule(*progress.PEOPLE)
        ),
        "errors": {"reason": error} if error else {},
        "reason": request.POST.get("reason", "")[:500],
        "chosen": request.POST.get("decision"),
    }
    return page(request, "gate", "gate", status, **context)


@require_POST
@EITHER
def sign_second(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The second signature."""
    national_only()
    duty: Acting = request.duty  # type: ignore[attr-defined]
    try:
        pass_gate.second(decision_id, decider(request), duty.full_name, still_may=lambda: enforce(duty))
    except GateRefused as refused:
        return _page(request, str(REFUSALS[refused.code]), 409)
    return HttpResponseRedirect("/dieu-hanh/cua")


@require_POST
@EITHER
def rehearse_now(request: HttpRequest) -> HttpResponse:
    """Play the date and take it back."""
    national_only()
    duty: Acting = request.duty  # type: ignore[attr-defined]
    with transaction.atomic():
        enforce(duty)
    rehearse.execute(duty.actor)
    return HttpResponseRedirect("/dieu-hanh/cua")
