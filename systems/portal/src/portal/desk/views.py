"""`/mot-cua`: the queue, one dossier, the answers to it. Every page asks again whether this official may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from design.page_request import current
from kernel import country_time
from portal.accounts import audit
from portal.accounts.duty import conflicts
from portal.accounts.duty.access import Acting, DutyRefused, require_role
from portal.accounts.duty.access import refuse as refuse_duty
from portal.accounts.duty.rules import Role
from portal.catalogue.models import Procedure
from portal.desk import handling, queue
from portal.desk.actions.accept import accept
from portal.desk.actions.compare import compare
from portal.desk.actions.move_on import STEPS, move_on
from portal.desk.actions.refuse import refuse
from portal.desk.actions.request_supplement import request_supplement
from portal.desk.showing import ACT_LABELS, check_words, checked_at, clock_words, frame, queue_row
from portal.dossiers import clocks, presenting, wording
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act, ActRefused, possible
from portal.i18n import _
from portal.store import tickets

OFFICERS = (Role.RECEPTION_OFFICER.value, Role.PROCESSING_OFFICER.value, Role.APPROVER.value)


@require_GET
@require_role(*OFFICERS)
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, nearest deadline first."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    order = request.GET.get("s", "due")
    rows = queue.of_office(acting.office, queue.WAITING).order_by(*queue.ORDERS.get(order, queue.ORDERS["due"]))
    figures = queue.figures(acting.office, country_time.now())
    return _list(request, rows, "waiting", {"figures": figures, "order": order})


@require_GET
@require_role(*OFFICERS)
def in_hand(request: HttpRequest) -> HttpResponse:
    """What was accepted and is not finished, nearest appointment first."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    rows = queue.of_office(acting.office, queue.IN_HAND).order_by("appointment_at", "id")
    return _list(request, rows, "in-hand", {"figures": None, "order": "due"})


def _list(request: HttpRequest, rows: Any, here: str, more: dict[str, Any]) -> HttpResponse:
    text, procedure = request.GET.get("q", "")[:60], request.GET.get("p", "")[:10]
    acting: Acting = request.duty  # type: ignore[attr-defined]
    language = current().language
    names = {p.code: p.name(language) for p in Procedure.objects.filter(code__in=rows.values("procedure_code"))}
    found = queue.find(rows.filter(procedure_code=procedure) if procedure else rows, text)
    page = Paginator(found, queue.PAGE).get_page(request.GET.get("trang"))
    context = frame(request, here) | more
    context |= {
        "rows": _shown(acting, page, names, searched=bool(text.strip())),
        "page": page,
        "typed": text,
        "procedure": procedure,
        "procedures": names,
        "here": here,
        "now": country_time.now(),
    }
    return render(request, "desk/queue.html", context)


def _shown(acting: Acting, page: Iterable[Dossier], names: dict[str, str], *, searched: bool) -> list[dict[str, Any]]:
    """The rows of a page. Who lives with the official stays without a name, and is not found by searching for it."""
    rows = []
    for dossier in page:
        # guard: queue-hides-the-household
        named = conflicts.may_be_listed(acting, dossier.who.get("personal_id"), handling.reference_of(dossier))
        if named or not searched:
            rows.append(queue_row(dossier, names, named=named))
    return rows


def _open(request: HttpRequest, dossier_id: UUID) -> Dossier:
    """The dossier, if it is this office's and no conflict of interest stands against it.

    Raises DutyRefused, Http404.
    """
    acting: Acting = request.duty  # type: ignore[attr-defined]
    dossier = handling.dossier_of_office(acting, dossier_id)
    if dossier is None:
        raise Http404
    conflicts.enforce(acting, dossier.who.get("personal_id"), handling.reference_of(dossier))
    return dossier


@require_GET
@require_role(*OFFICERS)
def dossier_page(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """One dossier: what was stated, who vouches for it, files, history, and the acts this role has now."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    try:
        dossier = _open(request, dossier_id)
    except DutyRefused as refused:
        return refuse_duty(request, refused.refusal)
    with transaction.atomic():
        audit.record("dossier.viewed", actor=acting.actor, subject=f"dossier:{dossier.pk}")
    return _dossier_page(request, dossier, {}, {})


def _dossier_page(
    request: HttpRequest, dossier: Dossier, errors: dict[str, str], typed: dict[str, str], status: int = 200
) -> HttpResponse:
    acting: Acting = request.duty  # type: ignore[attr-defined]
    clock = clocks.clock(dossier.respond_by, country_time.now()) if dossier.respond_by else None
    acts = [act for act in possible(dossier.standing, acting.role) if act in ACT_LABELS]
    context = frame(request, "waiting" if dossier.state == "submitted" else "in-hand")
    context |= {
        "dossier": dossier,
        "procedure": presenting.procedure_name(dossier),
        "state": wording.state_words(dossier.state),
        "tone": clock.tone if clock else "",
        "left": clock_words(clock) if clock and dossier.state == "submitted" else "",
        "cards": presenting.dossier_cards(dossier),
        "files": presenting.dossier_files(dossier),
        "history": presenting.history(dossier, for_official=True),
        "check": check_words(dossier.register_check),
        "check_fields": dossier.register_check.get("fields", {}),
        "checked_at": checked_at(dossier),
        "acts": [{"value": act.value, "text": ACT_LABELS[act][0], "hint": ACT_LABELS[act][1]} for act in acts],
        "needs_ground": bool({Act.REFUSE, Act.REFUSE_RECEPTION} & set(acts)),
        "grounds": (dossier.version.fact("refusal_grounds") or []) if dossier.version else [],
        "errors": errors,
        "typed": typed,
        "file_size": presenting.file_size,
    }
    return render(request, "desk/dossier.html", context, status=status)


@require_POST
@require_role(*OFFICERS)
def answer(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Do what the official chose; somebody else's faster answer is told, not overwritten."""
    typed = {key: request.POST.get(key, "").strip() for key in ("decision", "reason", "legal_ground", "seen_state")}
    acting: Acting = request.duty  # type: ignore[attr-defined]
    try:
        act = Act(typed["decision"])
    except ValueError:
        return _again(request, dossier_id, {"decision": _("Choose an answer")}, typed)
    try:
        _do(acting, dossier_id, act, typed)
    except DutyRefused as refused:
        return refuse_duty(request, refused.refusal)
    except ActRefused as refused:
        title, text = wording.refusal(refused.code)
        field = {"REASON_MISSING": "reason", "LEGAL_GROUND_MISSING": "legal_ground"}.get(refused.code, "decision")
        return _again(request, dossier_id, {field: f"{title}. {text}"}, typed, 409 if field == "decision" else 200)
    return HttpResponseRedirect(reverse("desk-dossier", args=[dossier_id]))


def _do(acting: Acting, dossier_id: UUID, act: Act, typed: dict[str, str]) -> None:
    seen, reason = typed["seen_state"], typed["reason"]
    if act is Act.ACCEPT:
        accept(acting, dossier_id, seen_state=seen)
    elif act is Act.REQUEST_SUPPLEMENT:
        request_supplement(acting, dossier_id, seen_state=seen, reason=reason)
    elif act in (Act.REFUSE_RECEPTION, Act.REFUSE):
        refuse(acting, dossier_id, act, seen_state=seen, reason=reason, legal_ground=typed["legal_ground"])
    elif act in STEPS:
        move_on(acting, dossier_id, act, seen_state=seen)
    else:
        raise ActRefused("ROLE_NOT_ALLOWED")


def _again(
    request: HttpRequest, dossier_id: UUID, errors: dict[str, str], typed: dict[str, str], status: int = 200
) -> HttpResponse:
    try:
        dossier = _open(request, dossier_id)
    except DutyRefused as refused:
        return refuse_duty(request, refused.refusal)
    return _dossier_page(request, dossier, errors, typed, status)


@require_POST
@require_role(*OFFICERS)
def compare_page(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Compare with the register, then show the dossier again."""
    try:
        compare(request.duty, dossier_id)  # type: ignore[attr-defined]
    except DutyRefused as refused:
        return refuse_duty(request, refused.refusal)
    except ActRefused:
        raise Http404 from None
    return HttpResponseRedirect(reverse("desk-dossier", args=[dossier_id]))


@require_GET
@require_role(*OFFICERS)
def fetch_file(request: HttpRequest, dossier_id: UUID, row_id: int) -> HttpResponse:
    """A ticket for a file of the dossier: it is saved from the files origin, never shown here."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    try:
        row = _open(request, dossier_id).files.filter(pk=row_id).first()
    except DutyRefused as refused:
        return refuse_duty(request, refused.refusal)
    if row is None:
        raise Http404
    return HttpResponseRedirect(tickets.issue(tickets.Ticket(row.stored_id, "officer", acting.actor)))
