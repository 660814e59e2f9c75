"""The staff page of the date: one person proposes, another approves, everybody on duty sees who holds what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import policy_issue
from portal.accounts.duty.access import Acting, DutyRefused, enforce, refuse, require_role
from portal.campaign import dates_form, standing
from portal.campaign.actions import decide, propose
from portal.campaign.models import PolicyProposal
from portal.campaign.views.frame import APPROVER, EITHER, PROPOSER, decider, national_only, page
from portal.i18n import _

PATH = "/dieu-hanh/chinh-sach"


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return page(request, template, "date", status, **context)


@require_GET
@EITHER
def overview(request: HttpRequest) -> HttpResponse:
    """What holds, what waits, who holds what."""
    national_only()
    done = {"de-xuat": _("The proposal waits for a second person."), "quyet-dinh": _("The decision was recorded.")}
    said = done.get(request.GET.get("xong", ""), "")
    return _page(request, "policy", standing=standing.now(), done=said)


@require_http_methods(["GET", "POST"])
@require_role(PROPOSER)
def new(request: HttpRequest) -> HttpResponse:
    """Propose dates."""
    national_only()
    try:
        held = propose.held()
    except LookupError:
        return HttpResponseRedirect(PATH)
    if request.method == "GET":
        return _page(request, "propose", form=dates_form.filled(held))
    form = dates_form.read(request.POST.dict(), held)
    if form.errors:
        return _page(request, "propose", 422, form=form)
    duty: Acting = request.duty  # type: ignore[attr-defined]
    propose.execute(form.rules, reason=form.reason, proposer=decider(request), name=duty.full_name)
    return HttpResponseRedirect(PATH + "?xong=de-xuat")


@require_http_methods(["GET", "POST"])
@EITHER
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what it would change, and the decision of a second person."""
    national_only()
    found = PolicyProposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    if request.method == "GET":
        return _proposal(request, found)
    duty: Acting = request.duty  # type: ignore[attr-defined]
    if duty.role != APPROVER:
        return _proposal(request, found, 403, refused="NOT_APPROVER")
    return _decide(request, found, duty)


def _decide(request: HttpRequest, found: PolicyProposal, duty: Acting) -> HttpResponse:
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "").strip()[:500]
    if decision not in ("approve", "refuse"):
        return _proposal(request, found, 422, errors={"decision": _("Choose one of the two")}, reason=reason)
    try:
        decide.execute(
            found.pk,
            approve=decision == "approve",
            reason=reason,
            decider=decider(request),
            name=duty.full_name,
            still_may=lambda: enforce(duty),
        )
    except decide.DecisionRefused as no:
        return _proposal(request, found, 409, refused=no.refusal.value, reason=reason)
    except policy_issue.ChangeWaits:
        return _proposal(request, found, 409, refused="CHANGE_WAITS", reason=reason)
    except DutyRefused as no:
        return refuse(request, no.refusal)
    return HttpResponseRedirect(PATH + "?xong=quyet-dinh")


def _proposal(
    request: HttpRequest,
    found: PolicyProposal,
    status: int = 200,
    *,
    refused: str = "",
    errors: dict[str, str] | None = None,
    reason: str = "",
) -> HttpResponse:
    found.refresh_from_db()
    held = propose.held()
    own = found.proposed_by == request.duty.actor  # type: ignore[attr-defined]
    return _page(
        request,
        "proposal",
        status,
        proposal=found,
        current=held,
        changes=standing.changes(held, found),
        near=standing.is_near(held, found),
        portals=standing.now().holdings,
        own=own,
        refused=refused,
        errors=errors or {},
        reason=reason,
    )


@require_POST
@require_role(APPROVER)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back a date that still awaits acknowledgements; what held goes on to hold."""
    national_only()
    duty: Acting = request.duty  # type: ignore[attr-defined]
    policy_issue.withdraw(actor=duty.actor, reason=request.POST.get("reason", "").strip()[:500])
    return HttpResponseRedirect(PATH + "?xong=quyet-dinh")
