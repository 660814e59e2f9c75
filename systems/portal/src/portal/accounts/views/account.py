"""The account page, contacts and notices, and leaving."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import codes, message_texts, policy, sessions
from portal.accounts.access import signed_in
from portal.accounts.actions import contacts as contacts_act
from portal.accounts.errors import error
from portal.accounts.finding import matched_but_unlinked
from portal.accounts.models import AccountLink, AccountNotice, ContactPoint, PortalAccount, Profile
from portal.accounts.views.sign_in import resent
from portal.config import CONFIG
from portal.eid_login.logout import end_session_address
from portal.eid_login.start import binding


@require_GET
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """`/tai-khoan`: who is signed in and how, the contacts, what was told."""
    profile: Profile = request.profile  # type: ignore[attr-defined]
    login: sessions.LoginRecord = request.login  # type: ignore[attr-defined]
    old = PortalAccount.objects.filter(pk=login.portal_account_id).first() if login.portal_account_id else None
    waiting = matched_but_unlinked(profile.personal_id) if profile.personal_id else []
    notices = [
        (notice.at, *message_texts.inbox(notice.template_key, _facts(notice)))
        for notice in AccountNotice.objects.filter(profile__in=_one_person(profile)).order_by("-at")[:20]
    ]
    context = {
        "old": old,
        "waiting": waiting,
        "verdict": policy.judge(old.kind, old.cohort) if old else None,
        "contacts": ContactPoint.objects.filter(profile=profile).order_by("added_at"),
        "notices": notices,
    }
    return render(request, "accounts/account.html", context)


def _one_person(profile: Profile) -> list[UUID]:
    """The profile and those of the old accounts that are linked to it: several accounts, one history."""
    linked = AccountLink.objects.filter(profile=profile, undone_at=None)
    return [profile.pk, *linked.values_list("portal_account__profile_id", flat=True)]


def _facts(notice: AccountNotice) -> dict[str, str]:
    kept: dict[str, str] = json.loads(notice.facts)
    return {"portal": CONFIG.name_vi, "origin": CONFIG.origin} | kept


@require_POST
@signed_in
def confirm_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """`POST /tai-khoan/lien-lac/<id>`: a contact counts once its owner has entered the code that was sent to it."""
    profile: Profile = request.profile  # type: ignore[attr-defined]
    point = ContactPoint.objects.filter(pk=contact_id, profile=profile, confirmed_at=None).first()
    if point is None:
        return HttpResponseRedirect("/tai-khoan", status=303)
    context = {"phone": point.value, "action": request.path, "back": "/tai-khoan", "error": None, "tries_left": 0}
    if "otp" in request.POST:
        result, left = contacts_act.confirm(point, request.POST["otp"][:20], binding(request))
        if result is codes.CodeResult.RIGHT:
            return HttpResponseRedirect("/tai-khoan", status=303)
        return render(
            request, "accounts/code.html", context | {"error": error(str(result)), "tries_left": left, "sent": None}
        )
    sent = contacts_act.send(point, binding(request))
    return render(request, "accounts/code.html", context | resent(sent))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/dang-xuat`: this browser's session ends here."""
    login = request.login  # type: ignore[attr-defined]
    with_eid = login is not None and login.how == "eid"
    if login is not None and login.how == "old":
        sessions.end_one(login)
    sessions.logout(request)
    return HttpResponseRedirect("/da-dang-xuat" + ("?vneid=1" if with_eid else ""), status=303)


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """`/da-dang-xuat`: with the way to end the e-ID's own session too (RP-Initiated Logout 1.0)."""
    eid_address = end_session_address() if "vneid" in request.GET else None
    return render(request, "accounts/signed_out.html", {"eid_address": eid_address})
