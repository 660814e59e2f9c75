"""`/cong-vu`: an official chooses a role after sign-in. `/quan-tri/phan-quyen`: two administrators make roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from design.page_request import current
from design.site import Link
from kernel import country_time
from portal.accounts import audit
from portal.accounts.access import require_eid
from portal.accounts.duty import access
from portal.accounts.duty.access import Acting, DutyRefused, require_role
from portal.accounts.duty.actions.approve import approve
from portal.accounts.duty.actions.end import end
from portal.accounts.duty.actions.propose import propose
from portal.accounts.duty.forms import read_proposal
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, Role, in_force
from portal.accounts.duty.wording import ROLES, role_name
from portal.accounts.safe_next import safe_next
from portal.config import CONFIG
from portal.i18n import _

LANDING = {
    Role.AGENCY_ADMIN: "/quan-tri/phan-quyen",
    Role.POLICY_PROPOSER: "/dieu-hanh/tong-quan",
    Role.POLICY_APPROVER: "/dieu-hanh/tong-quan",
    Role.DESK_OFFICER: "/ban-ho-tro",
    Role.DESK_REVIEWER: "/ban-ho-tro/ra-soat",
}


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What the staff pages of this app share: the desk's accent and navigation."""
    return {
        "page_system": "desk",
        "site_name": _("Staff pages"),
        "site_body": CONFIG.name_vi,
        "navigation": [
            Link(_("My roles"), "/cong-vu", "roles"),
            Link(_("Duty table"), "/quan-tri/phan-quyen", "table"),
        ],
        "nav_current": here,
    }


@require_http_methods(["GET", "POST"])
@require_eid(level=2)
def choose(request: HttpRequest) -> HttpResponse:
    """The roles that count for this person today; choosing one begins the work."""
    grants = access.grants_in_force(request.profile)  # type: ignore[attr-defined]
    target = safe_next(request.POST.get("next") or request.GET.get("next"), "")
    if request.method == "POST":
        wanted = next((g for g in grants if str(g.pk) == request.POST.get("grant")), None)
        if wanted is None:
            return access.refuse(request, Refusal.NO_DUTY)
        request.session[access.SESSION_KEY] = str(wanted.pk)
        with transaction.atomic():
            audit.record("duty.chosen", actor=f"duty:{wanted.pk}", subject=f"duty:{wanted.pk}")
        return HttpResponseRedirect(target or LANDING.get(Role(wanted.role), "/mot-cua"))
    if not grants:
        return access.refuse(request, Refusal.NO_DUTY)
    chosen = access.chosen(request)
    context = frame(request, "roles") | {
        "grants": [{"grant": g, "role": role_name(g.role), "chosen": chosen == g} for g in grants],
        "next": target,
    }
    return render(request, "duty/choose.html", context)


def _table(acting: Acting) -> dict[str, list[dict[str, Any]]]:
    """The agency's duty table: what waits for a second administrator, what counts, what has ended."""
    today = country_time.today()
    rows = DutyGrant.objects.filter(agency=acting.agency).select_related("proposed_by", "approved_by", "ended_by")
    table: dict[str, list[dict[str, Any]]] = {"waiting": [], "current": [], "over": []}
    for grant in rows.order_by("-proposed_at", "id"):
        refusal = in_force(grant.facts, today)
        entry = {"grant": grant, "role": role_name(grant.role), "own_proposal": grant.proposed_by_id == acting.grant_id}
        if refusal is Refusal.ENDED:
            table["over"].append(entry)
        elif refusal is Refusal.NOT_APPROVED:
            table["waiting"].append(entry)
        else:
            table["current"].append(entry)
    return table


@require_http_methods(["GET", "POST"])
@require_role(Role.AGENCY_ADMIN.value)
def table(request: HttpRequest) -> HttpResponse:
    """The duty table; posting proposes a role."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}
    if request.method == "POST":
        proposal, errors, typed = read_proposal(request.POST.dict())
        if proposal is not None:
            try:
                propose(acting, proposal)
            except DutyRefused as refused:
                return access.refuse(request, refused.refusal)
            return HttpResponseRedirect("/quan-tri/phan-quyen")
    context = frame(request, "table") | {
        "table": _table(acting),
        "roles": [{"value": role.value, "text": str(words)} for role, words in ROLES.items()],
        "errors": errors,
        "typed": typed,
        "agency": CONFIG.name_vi if current().language == "vi" else CONFIG.name_en,
    }
    return render(request, "duty/table.html", context)


@require_POST
@require_role(Role.AGENCY_ADMIN.value)
def approve_grant(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """The second administrator's yes."""
    return _act(request, approve, grant_id)


@require_http_methods(["GET", "POST"])
@require_role(Role.AGENCY_ADMIN.value)
def end_grant(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End a role now, or say no to a proposal: asked first on a page of its own, done by posting it."""
    if request.method == "POST":
        return _act(request, end, grant_id)
    acting: Acting = request.duty  # type: ignore[attr-defined]
    grant = DutyGrant.objects.filter(pk=grant_id, agency=acting.agency, ended_on=None).first()
    if grant is None:
        return access.refuse(request, Refusal.ENDED)
    context = {"grant": grant, "role": role_name(grant.role), "back_href": "/quan-tri/phan-quyen"}
    return render(request, "duty/end.html", frame(request, "table") | context)


def _act(request: HttpRequest, act: Any, grant_id: UUID) -> HttpResponse:
    try:
        act(request.duty, grant_id)  # type: ignore[attr-defined]
    except DutyRefused as refused:
        return access.refuse(request, refused.refusal)
    return HttpResponseRedirect("/quan-tri/phan-quyen")
