"""Proofs of control that the claimant gives on the page of the request: old password, code to the old telephone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal.accounts import codes
from portal.accounts.access import require_eid
from portal.accounts.errors import error
from portal.accounts.views.sign_in import resent
from portal.claims import wording
from portal.claims.actions import prove
from portal.claims.models import Claim
from portal.claims.states import StepRefused
from portal.claims.views.citizen import PATH, own, show
from portal.eid_login.start import binding


@require_POST
@require_eid(level=2)
def password(request: HttpRequest, reference: str) -> HttpResponse:
    """The old password, against the account's own hash; five tries for one account."""
    claim = own(request, reference)
    try:
        fits = prove.by_password(claim.pk, claim.profile, request.POST.get("password", ""))
    except StepRefused as refused:
        return show(request, claim, {"password": wording.refusal(refused.code)}, 409)
    if not fits:
        return show(request, claim, {"password": wording.refusal("PROOF_WRONG")}, 422)
    return HttpResponseRedirect(f"{PATH}/{reference}")


@require_POST
@require_eid(level=2)
def code(request: HttpRequest, reference: str) -> HttpResponse:
    """A code to the old telephone, then the page that takes it."""
    claim = own(request, reference)
    try:
        if "otp" not in request.POST:
            return _page(request, claim, **resent(prove.send_code(claim.pk, claim.profile, binding(request))))
        result, left = prove.by_code(claim.pk, claim.profile, request.POST["otp"][:20], binding(request))
    except StepRefused as refused:
        return show(request, claim, {"phone": wording.refusal(refused.code)}, 409)
    if result is codes.CodeResult.RIGHT:
        return HttpResponseRedirect(f"{PATH}/{reference}")
    return _page(request, claim, error=error(str(result)), tries_left=left, sent=None)


def _page(request: HttpRequest, claim: Claim, **more: object) -> HttpResponse:
    account = claim.portal_account
    context = {
        "phone": (account.phone or "") if account is not None else "",
        "action": request.path,
        "back": f"{PATH}/{claim.reference}",
        "error": None,
        "tries_left": 0,
    }
    return render(request, "accounts/code.html", context | more)
