"""Province: the pages of arriving, by the national portal's account or with the e-ID."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts import policy
from portal.accounts.cutover import ACCOUNT_KINDS, Verdict
from portal.accounts.safe_next import safe_next
from portal.config import CONFIG
from portal.eid_login.callback import take
from portal.sso.actions.arrive import Shown, arrive, show, shown
from portal.sso.models import FrozenDoor
from portal.sso.relying_party import Assertion, SsoRefused, SsoUnavailable, begin, finish
from portal.sso.texts import text

log = logging.getLogger("portal.sso")
FIRST_TIME_PATH = "/sso/lan-dau"
EID_ARRIVED_PATH = "/sso/vneid"
HOME = "/ho-so"


def refused(request: HttpRequest, code: str) -> HttpResponse:
    """The page that says no, with the ways on."""
    what = text(code)
    return render(request, "sso/refused.html", {"error": what, "code": code}, status=what.status)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """`/sso/bat-dau`: to the national portal and back. What it says about the login is judged when it arrives."""
    _province_only()
    return HttpResponseRedirect(begin(request.session, safe_next(request.GET.get("next"), HOME)))


def best_verdict() -> Verdict:
    """Is the national portal's account of any kind still good? Else what is said of citizens."""
    verdicts = [policy.judge(kind) for kind in ACCOUNT_KINDS]
    return next((verdict for verdict in verdicts if verdict.allowed), verdicts[0])


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """`/sso/tro-ve` (redirect_uri): believe the assertion, judge the login behind it, enter or ask."""
    _province_only()
    try:
        assertion, next_ = finish(request.session, request.GET.dict())
    except SsoRefused as no:
        log.warning("sign-in through the national portal refused: %s %s", no.code, no)
        return refused(request, no.code)
    except SsoUnavailable:
        return refused(request, "SSO_UNAVAILABLE")
    code = _judge(assertion)
    if code:
        return refused(request, code)
    return _arrive(request, show(request, next_, assertion=assertion))


def _judge(assertion: Assertion) -> str:
    """Why this assertion opens nothing now; empty when it does. Made before the date and shown after it: nothing."""
    if assertion.how == "old":
        # guard: sso-assertion-judged-at-arrival
        verdict = policy.judge(assertion.account_kind, assertion.cohort)
        if not verdict.allowed:
            return str(verdict.code)
    # guard: frozen-door-stays-shut
    return "SSO_FROZEN" if FrozenDoor.objects.filter(sub=assertion.sub).exists() else ""


@require_GET
def eid_arrived(request: HttpRequest) -> HttpResponse:
    """`/sso/vneid`: the e-ID sign-in has come back; enter or ask."""
    _province_only()
    result = take(request, "sign_in", "step_up")
    if result is None:
        return refused(request, "CALLBACK_STATE")
    # guard: province-step-up-is-the-same-person
    if result.intent == "step_up" and result.about.get("sub") != result.identity.sub:
        return refused(request, "LINK_OTHER_PERSON")
    next_ = safe_next(str(result.about.get("next", "")), HOME)
    return _arrive(request, show(request, next_, identity=result.identity))


@require_http_methods(["GET", "POST"])
def first_time(request: HttpRequest) -> HttpResponse:
    """`/sso/lan-dau`: asked once, so that nobody gets a second, empty account in silence."""
    _province_only()
    what = shown(request)
    if what is None:
        return refused(request, "CALLBACK_STATE")
    if request.method == "GET":
        return render(request, "sso/first_time.html", {"by": what.by, "sso_open": best_verdict().allowed})
    code = _judge(what.assertion) if what.by == "sso" and what.assertion else ""
    if code:
        return refused(request, code)
    arrive(request, what, said_first_time=True)
    return HttpResponseRedirect(what.next)


@require_GET
def ended(request: HttpRequest) -> HttpResponse:
    """`/sso/da-ket-thuc`: the login behind the session has ended at the national portal."""
    return refused(request, "LOGIN_ENDED")


def _arrive(request: HttpRequest, what: Shown) -> HttpResponse:
    return HttpResponseRedirect(what.next if arrive(request, what) else FIRST_TIME_PATH)


def _province_only() -> None:
    if CONFIG.national:
        raise Http404
