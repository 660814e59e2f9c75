"""`/nhan-lai-tai-khoan`: a person proven by the e-ID asks the desk for an old account."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from kernel import phone
from kernel.country_time import VIETNAM
from portal.accounts.access import require_eid
from portal.accounts.models import Profile
from portal.campaign.actions import claim
from portal.campaign.models import ClaimRequest
from portal.config import CONFIG
from portal.i18n import _

PATH = "/nhan-lai-tai-khoan"
OTHER = "other"


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Says what the desk does; who is signed in with VNeID finds the form, who is not the way to it.

    Old accounts are the national portal's: a province leads there.
    """
    if not CONFIG.national:
        return HttpResponseRedirect(CONFIG.national_origin + PATH)
    login = request.login  # type: ignore[attr-defined]
    if login is None or login.how != "eid":
        return render(request, "campaign/claim_sign_in.html", {"signed_in_old": login is not None})
    return _form(request)


@require_eid(level=1)
def _form(request: HttpRequest) -> HttpResponse:
    profile: Profile = request.profile  # type: ignore[attr-defined]
    accounts = claim.candidates(profile)
    mine = list(ClaimRequest.objects.filter(profile=profile).order_by("-made_at"))
    typed = {name: request.POST.get(name, "").strip()[:1000] for name in ("account", "about", "contact", "reason")}
    page = {"accounts": accounts, "typed": typed, "errors": {}, "mine": mine, "full": len(mine) >= claim.OPEN_REQUESTS}
    if request.method == "GET":
        return render(request, "campaign/claim.html", page)
    errors = _faults(typed, [str(each.pk) for each in accounts])
    if errors:
        return render(request, "campaign/claim.html", page | {"errors": errors}, status=422)
    account = None if typed["account"] == OTHER else UUID(typed["account"])
    try:
        made = claim.execute(
            claim.Claim(account, typed["about"], typed["contact"], typed["reason"]),
            profile,
            request.login,  # type: ignore[attr-defined]
        )
    except claim.TooManyRequests:
        return render(request, "campaign/claim.html", page | {"full": True}, status=409)
    return HttpResponseRedirect(f"{PATH}/{made.reference}")


def _faults(typed: dict[str, str], accounts: list[str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if typed["account"] not in (*accounts, OTHER):
        errors["account"] = _("Choose the account that you ask for")
    if typed["account"] == OTHER and len(typed["about"]) < 5:
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


@require_GET
@require_eid(level=1)
def taken(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt of a request: its reference, and truthfully what happens next."""
    found = ClaimRequest.objects.filter(reference=reference, profile=request.profile).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return render(request, "campaign/claim_taken.html", {"claim": found, "made_at": found.made_at.astimezone(VIETNAM)})
