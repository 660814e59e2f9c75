"""`/nhan-lai-tai-khoan`: asking the desk, seeing how far it is, appealing, withdrawing, stopping."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from kernel import country_time, phone
from portal.accounts.access import require_eid
from portal.accounts.models import Profile
from portal.accounts.moments import country_moment
from portal.claims import showing, states, wording
from portal.claims.actions import appeal as appeal_act
from portal.claims.actions import ask as ask_act
from portal.claims.actions import prove, tell
from portal.claims.actions import stop as stop_act
from portal.claims.limits import OPEN_CLAIMS
from portal.claims.models import Claim
from portal.claims.states import Kind, State, StepRefused
from portal.config import CONFIG
from portal.i18n import _

PATH = "/nhan-lai-tai-khoan"
OTHER, HEIR = "other", "heir"


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Says what the desk does; who is signed in with VNeID level 2 finds the form, who is not the way to it.

    Old accounts are the national portal's: a province leads there.
    """
    if not CONFIG.national:
        return HttpResponseRedirect(CONFIG.national_origin + PATH)
    login = request.login  # type: ignore[attr-defined]
    if login is None or login.how != "eid":
        return render(request, "claims/sign_in.html", {"signed_in_old": login is not None})
    return _form(request)


@require_eid(level=2)
def _form(request: HttpRequest) -> HttpResponse:
    profile: Profile = request.profile  # type: ignore[attr-defined]
    accounts = ask_act.candidates(profile)
    mine = [showing.row(claim) for claim in Claim.objects.filter(profile=profile).order_by("-made_at")]
    open_ = Claim.objects.filter(profile=profile, state__in=states.OPEN).count()
    typed = {name: request.POST.get(name, "").strip()[:1000] for name in ("account", "about", "contact", "reason")}
    page = {"accounts": accounts, "typed": typed, "errors": {}, "mine": mine, "full": open_ >= OPEN_CLAIMS}
    if request.method == "GET":
        return render(request, "claims/ask.html", page)
    errors = _faults(typed, [str(each.pk) for each in accounts])
    if errors:
        return render(request, "claims/ask.html", page | {"errors": errors}, status=422)
    named = typed["account"] not in (OTHER, HEIR)
    asked = ask_act.Asked(
        UUID(typed["account"]) if named else None,
        typed["about"],
        typed["contact"],
        typed["reason"],
        Kind.HEIR if typed["account"] == HEIR else Kind.ACCOUNT,
    )
    try:
        made = ask_act.execute(asked, profile, request.login)  # type: ignore[attr-defined]
    except ask_act.TooManyRequests:
        return render(request, "claims/ask.html", page | {"full": True}, status=409)
    return HttpResponseRedirect(f"{PATH}/{made.reference}")


def _faults(typed: dict[str, str], accounts: list[str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if typed["account"] not in (*accounts, OTHER, HEIR):
        errors["account"] = _("Choose the account that you ask for")
    if typed["account"] in (OTHER, HEIR) and len(typed["about"]) < 5:
        errors["about"] = _("Say what you remember of the account")
    if not _reachable(typed["contact"]):
        errors["contact"] = _("Enter a telephone number such as 0912 345 678, or an e-mail address")
    if len(typed["reason"]) < 10:
        errors["reason"] = _("Say in at least 10 characters why you cannot use the account")
    return errors


def _reachable(contact: str) -> bool:
    if "@" in contact:
        name, _at, host = contact.rpartition("@")
        return bool(name) and "." in host and " " not in contact and len(contact) <= 200
    try:
        phone.normalise(contact)
    except phone.PhoneFormat:
        return False
    return True


@require_http_methods(["GET"])
@require_eid(level=1)
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """How far a request is: its state and clock, what can be shown, the answer, what can be done about it."""
    claim = Claim.objects.select_related("profile", "portal_account").filter(reference=reference).first()
    if claim is None:
        raise Http404
    if claim.profile_id != request.profile.pk:  # type: ignore[attr-defined]
        return _for_the_owner(request, claim)
    return show(request, claim)


def show(request: HttpRequest, claim: Claim, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """The page of one's own request."""
    now = country_time.now()
    account = claim.portal_account
    proving = claim.state in states.MAY_PROVE and claim.kind == Kind.ACCOUNT and account is not None
    context = {
        "claim": claim,
        "state": showing.state_words(claim),
        "kind": str(wording.KINDS[Kind(claim.kind)]),
        "clock": showing.clock_of(claim.due_at),
        "proofs": [
            (str(wording.PROOFS[proof.kind]), country_moment(proof.at), proof.fits)  # type: ignore[index]
            for proof in claim.proofs.order_by("at")
        ],
        "proving": proving,
        "tries": prove.tries_left(account) if account is not None else 0,
        "has_password": account is not None and prove.has_password(account),
        "phone_counts": prove.phone_counts(claim),
        "phone": (account.phone or "") if account is not None else "",
        "may_appeal": states.may_appeal(
            state=State(claim.state), round_=claim.round, decided_at=claim.decided_at, now=now
        ),
        "may_withdraw": states.may_follow(State(claim.state), State.WITHDRAWN) and claim.kind != Kind.FREEZE,
        "local": country_moment,
        "errors": errors or {},
        "typed": request.POST.get("words", "")[:1000],
    }
    return render(request, "claims/progress.html", context, status=status)


def _for_the_owner(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Who was told as owner of the number finds the way to stop; to everybody else there is no such request."""
    account = claim.portal_account
    person: Profile = request.profile  # type: ignore[attr-defined]
    if account is None or person.pk not in {each.pk for each in tell.owners_of_the_number(claim, account)}:
        raise Http404
    context = {"claim": claim, "local": country_moment, "possible": claim.state == State.GRANTED}
    return render(request, "claims/owner.html", context)


def own(request: HttpRequest, reference: str) -> Claim:
    """One's own claim. Raises Http404."""
    claim = (
        Claim.objects.select_related("profile", "portal_account")
        .filter(
            reference=reference,
            profile=request.profile,  # type: ignore[attr-defined]
        )
        .first()
    )
    if claim is None:
        raise Http404
    return claim


@require_POST
@require_eid(level=2)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for nothing any more."""
    claim = own(request, reference)
    try:
        stop_act.withdraw(claim.pk, request.profile)  # type: ignore[attr-defined]
    except StepRefused as refused:
        return show(request, claim, {"withdraw": wording.refusal(refused.code)}, 409)
    return HttpResponseRedirect(f"{PATH}/{reference}")


@require_POST
@require_eid(level=2)
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """Two other officers decide anew."""
    claim = own(request, reference)
    try:
        appeal_act.execute(claim.pk, request.profile, request.POST.get("words", ""))  # type: ignore[attr-defined]
    except StepRefused as refused:
        return show(request, claim, {"words": wording.refusal(refused.code)}, 422)
    return HttpResponseRedirect(f"{PATH}/{reference}")


@require_POST
@require_eid(level=2)
def object_to(request: HttpRequest, reference: str) -> HttpResponse:
    """The owner of the number stops a decision."""
    claim = Claim.objects.filter(reference=reference).first()
    if claim is None:
        raise Http404
    try:
        stop_act.by_owner(claim.pk, request.profile)  # type: ignore[attr-defined]
    except StepRefused:
        raise Http404 from None
    return render(request, "claims/stopped.html", {"claim": claim})


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks (scanners of mail open links too); POST stops. A token works once."""
    if request.method == "GET":
        claim = stop_act.look(token)
        if claim is None:
            return render(request, "claims/stop_refused.html", {}, status=410)
        return render(request, "claims/stop.html", {"claim": claim, "local": country_moment})
    try:
        stop_act.by_token(token)
    except StepRefused:
        return render(request, "claims/stop_refused.html", {}, status=410)
    return render(request, "claims/stopped.html", {"claim": None})
