"""`/ban-ho-tro/<id>`: one case, its evidence, and what this official may do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kernel import country_time
from portal.accounts import audit, linking
from portal.accounts.duty.access import Acting, DutyRefused, refuse, require_role
from portal.accounts.duty.rules import Role
from portal.accounts.models import AccountLink
from portal.accounts.moments import country_moment
from portal.claims import handling, showing, wording
from portal.claims.actions import give_opinion, take_papers
from portal.claims.actions import review as review_act
from portal.claims.models import Claim
from portal.claims.rules import GrantCode
from portal.claims.states import Kind, State, StepRefused
from portal.claims.views.desk import national_only

View = Callable[..., HttpResponse]
EITHER = require_role(Role.DESK_OFFICER.value, Role.DESK_REVIEWER.value)
OFFICER = require_role(Role.DESK_OFFICER.value)
FIELDS = ("words", "code", "day", "note", "decision", "reason")


@require_GET
@EITHER
def page(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The case. Whom it concerns, or who lives with them, does not see it."""
    national_only()
    return _page(request, claim_id)


def _page(
    request: HttpRequest, claim_id: UUID, errors: dict[str, str] | None = None, status: int = 200, note: str = ""
) -> HttpResponse:
    duty: Acting = request.duty  # type: ignore[attr-defined]
    claim = Claim.objects.select_related("profile", "portal_account").filter(pk=claim_id).first()
    if claim is None or not _may_open(claim, duty):
        raise Http404
    try:
        handling.enforce_no_interest(duty, claim)
    except DutyRefused as refused:
        return refuse(request, refused.refusal)
    if request.method == "GET":
        give_opinion.opened(duty, claim_id)
        with transaction.atomic():
            audit.record("claim.viewed", actor=duty.actor, subject=f"claim:{claim.reference}")
    context = showing.frame(request, "reviews" if duty.role == Role.DESK_REVIEWER else "queue") | {
        "claim": claim,
        "heir": claim.kind == Kind.HEIR,
        "freeze": claim.kind == Kind.FREEZE,
        "state": showing.state_words(claim),
        "clock": showing.clock_of(claim.due_at),
        "grounds": showing.evidence(claim, third_link=_third_link(claim)),
        "account": showing.account_card(claim.portal_account),
        "opinions": showing.opinions(claim, duty),
        "notes": [p.note for p in claim.proofs.order_by("at") if p.note],
        "place": _place(claim, duty),
        "why": [str(wording.REVIEWS[why]) for why in claim.review_why],
        "local": country_moment,
        "errors": errors or {},
        "note": note,
        "typed": {name: request.POST.get(name, "")[:1000] for name in FIELDS},
    }
    return render(request, "claims/case.html", context, status=status)


def _may_open(claim: Claim, duty: Acting) -> bool:
    """Officers open what they can act on or have acted on; reviewers what is to be reviewed."""
    if duty.role == Role.DESK_REVIEWER:
        return bool(claim.review_why)
    had_a_part = claim.opinions.filter(grant_id=duty.grant_id).exists()
    # guard: case-only-for-its-officers
    return (
        had_a_part
        or (claim.state == State.FIRST and claim.first_grant_id in (None, duty.grant_id))
        or (claim.state == State.SECOND and claim.second_grant_id == duty.grant_id)
    )


def _place(claim: Claim, duty: Acting) -> str:
    """What this official may do now: first, read, second, review or nothing."""
    if duty.role == Role.DESK_REVIEWER:
        open_ = claim.state in (State.GRANTED, State.STOPPED) and claim.review_why and claim.reviewed_at is None
        return "review" if open_ else ""
    if claim.state == State.FIRST and not claim.opinions.filter(grant_id=duty.grant_id).exists():
        return "first"
    if claim.state == State.SECOND and claim.second_grant_id == duty.grant_id:
        return "second" if claim.second_saw_at is not None else "read"
    return ""


def _third_link(claim: Claim) -> bool:
    since = country_time.now() - linking.LINKS_WINDOW
    links = AccountLink.objects.filter(portal_account_id=claim.portal_account_id, linked_at__gt=since)
    return links.count() >= linking.LINKS_BEFORE_DESK


def _act(field: str) -> Callable[[Callable[[HttpRequest, UUID], str]], View]:
    """An act on a case: done, then the page again; a refusal stands at its field."""

    def decorate(act: Callable[[HttpRequest, UUID], str]) -> View:
        @wraps(act)
        def view(request: HttpRequest, claim_id: UUID) -> HttpResponse:
            national_only()
            try:
                code = act(request, claim_id)
            except DutyRefused as refused:
                return refuse(request, refused.refusal)
            except StepRefused as refused:
                return _page(request, claim_id, {field: wording.refusal(refused.code)}, 409)
            if code:
                return _page(request, claim_id, {field: wording.refusal(code)}, 409)
            return HttpResponseRedirect(f"/ban-ho-tro/{claim_id}" if _still(request, claim_id) else "/ban-ho-tro")

        return view

    return decorate


def _still(request: HttpRequest, claim_id: UUID) -> bool:
    duty: Acting = request.duty  # type: ignore[attr-defined]
    return _may_open(Claim.objects.get(pk=claim_id), duty)


@require_POST
@OFFICER
@_act("words")
def name_account(request: HttpRequest, claim_id: UUID) -> str:
    """Which account is meant."""
    take_papers.name_account(request.duty, claim_id, request.POST.get("words", "")[:60])  # type: ignore[attr-defined]
    return ""


@require_POST
@OFFICER
@_act("code")
def receipt(request: HttpRequest, claim_id: UUID) -> str:
    """A receipt that the claimant showed: code and date, compared by the system."""
    day = _day(request.POST.get("day", ""))
    if day is None:
        return "DAY_MISSING"
    take_papers.receipt(request.duty, claim_id, request.POST.get("code", "")[:60], day)  # type: ignore[attr-defined]
    return ""


@require_POST
@OFFICER
@_act("note")
def originals(request: HttpRequest, claim_id: UUID) -> str:
    """Original papers that the officer had in hand."""
    take_papers.originals(request.duty, claim_id, request.POST.get("note", ""))  # type: ignore[attr-defined]
    return ""


@require_POST
@OFFICER
@_act("decision")
def evidence_read(request: HttpRequest, claim_id: UUID) -> str:
    """The drawn officer has read the evidence; the first opinion is shown from now on."""
    give_opinion.saw_evidence(request.duty, claim_id)  # type: ignore[attr-defined]
    return ""


@require_POST
@OFFICER
@_act("reason")
def opinion(request: HttpRequest, claim_id: UUID) -> str:
    """The first or the second opinion, as the case stands."""
    duty: Acting = request.duty  # type: ignore[attr-defined]
    claim = Claim.objects.filter(pk=claim_id).first()
    verdict, reason = request.POST.get("decision", ""), request.POST.get("reason", "")[:1000]
    if claim is not None and claim.state == State.SECOND:
        code = give_opinion.second(duty, claim_id, verdict, reason)
        return str(code) if code is GrantCode.REGISTER_UNAVAILABLE else ""
    give_opinion.first(duty, claim_id, verdict, reason)
    return ""


@require_POST
@require_role(Role.DESK_REVIEWER.value)
@_act("reason")
def review(request: HttpRequest, claim_id: UUID) -> str:
    """The third person's word."""
    decision = request.POST.get("decision", "")
    if decision not in ("go_on", "refuse"):
        return "VERDICT_MISSING"
    words = request.POST.get("reason", "")[:1000]
    review_act.execute(request.duty, claim_id, go_on=decision == "go_on", words=words)  # type: ignore[attr-defined]
    return ""


def _day(text: str) -> date | None:
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
