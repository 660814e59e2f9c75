"""What an old account meets after signing in: the guided page without a number, the system notice with a match."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts import policy
from portal.accounts.access import to_sign_in
from portal.accounts.forms import MatchForm, read_match
from portal.accounts.models import PortalAccount, State
from portal.accounts.safe_next import safe_next
from portal.accounts.views.matching import try_match
from portal.accounts.views.to_eid import ends_at_eid


def _nothing(_account: PortalAccount) -> str:
    return ""


campaign_says: Callable[[PortalAccount], str] = _nothing
"""What a campaign tells this account at sign-in, with its own deadline; set by the app above that runs one."""


def own_account(request: HttpRequest) -> PortalAccount | None:
    """The old account that this browser is signed in with by password and code; None for every other login."""
    login = request.login  # type: ignore[attr-defined]
    if login is None or login.how != "old":
        return None
    return PortalAccount.objects.filter(pk=login.portal_account_id).first()


@require_http_methods(["GET", "POST"])
def guided(request: HttpRequest) -> HttpResponse:
    """`/cap-nhat-so-dinh-danh`: enter the number now, or skip; both lead on, and it comes again next time."""
    account = own_account(request)
    next_ = safe_next(request.POST.get("next") or request.GET.get("next"))
    if account is None:
        return to_sign_in(request)
    if account.state != State.OPEN or "skip" in request.POST:
        return HttpResponseRedirect(next_, status=303)
    if request.method == "POST":
        done = "/tai-khoan/thong-tin-dinh-danh?" + urlencode({"xong": "1", "next": next_})
        return try_match(request, account, template="accounts/guided.html", done=done, context={"next": next_})
    form = read_match({}, account)
    context = {"form": MatchForm(form.typed, None, {}), "errors": {}, "refusal": None, "agreeing": (), "next": next_}
    return render(request, "accounts/guided.html", context | {"account": account, "saved_at": None})


@require_GET
def system_notice(request: HttpRequest) -> HttpResponse:
    """`/thong-bao-he-thong`: days left, "Đăng nhập bằng VNeID", and until the date "Để sau"."""
    account = own_account(request)
    next_ = safe_next(request.GET.get("next"))
    if account is None:
        return to_sign_in(request)
    if account.state != State.MATCHED:
        return HttpResponseRedirect(next_, status=303)
    verdict = policy.judge(account.kind, account.cohort)
    context = {"account": account, "verdict": verdict, "next": next_, "campaign": campaign_says(account)}
    return ends_at_eid(render(request, "accounts/system_notice.html", context))
