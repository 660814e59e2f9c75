"""The section "Thông tin định danh": what is verified, the match with the register, the linked accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from design import formats
from kernel import country_time
from portal.accounts import holdings, policy, undoing
from portal.accounts.access import signed_in
from portal.accounts.finding import matched_but_unlinked
from portal.accounts.forms import MatchForm, read_match, shown_date
from portal.accounts.models import AccountLink, PortalAccount, Profile, State
from portal.accounts.safe_next import safe_next
from portal.accounts.views.after_sign_in import own_account
from portal.accounts.views.matching import try_match
from portal.accounts.views.to_eid import ends_at_eid
from portal.i18n import _

MATCHED_STATES = (State.MATCHED, State.LINKED)


@require_http_methods(["GET"])
@signed_in
def identity(request: HttpRequest) -> HttpResponse:
    """`/tai-khoan/thong-tin-dinh-danh`"""
    profile: Profile = request.profile  # type: ignore[attr-defined]
    account = own_account(request)
    context: dict[str, Any] = {
        "account": account,
        "fields": _account_fields(account) if account else _person_fields(profile),
        "links": _links(profile),
        "waiting": matched_but_unlinked(profile.personal_id) if profile.personal_id else [],
        "verdict": policy.judge(account.kind, account.cohort) if account else policy.judge("citizen"),
        "done": "xong" in request.GET,
        "linked_now": "da-lien-ket" in request.GET,
        "undone_now": "da-huy" in request.GET,
        "next": safe_next(request.GET.get("next"), ""),
        "can_match": account is not None and account.state == State.OPEN and account.kind != "organisation",
    }
    return ends_at_eid(render(request, "accounts/identity.html", context))


@require_http_methods(["GET", "POST"])
@signed_in
def update_identity(request: HttpRequest) -> HttpResponse:
    """`/tai-khoan/thong-tin-dinh-danh/cap-nhat`: the button "Cập nhật từ CSDL Quốc gia về dân cư"."""
    account = own_account(request)
    if account is None or account.kind == "organisation" or account.state != State.OPEN:
        return identity_redirect()
    if request.method == "POST":
        return try_match(
            request,
            account,
            template="accounts/update_identity.html",
            done="/tai-khoan/thong-tin-dinh-danh?xong=1",
            context={},
        )
    form = read_match(request.GET if "full_name" in request.GET else {}, account)
    context = {"account": account, "form": MatchForm(form.typed, None, {}), "errors": {}, "saved_at": None}
    return render(request, "accounts/update_identity.html", context)


def identity_redirect() -> HttpResponse:
    """Back to the section."""
    return HttpResponseRedirect("/tai-khoan/thong-tin-dinh-danh", status=303)


def _account_fields(account: PortalAccount) -> list[dict[str, Any]]:
    """What was typed at registration or at the match; nothing here ever comes from the register."""
    matched = account.state in MATCHED_STATES and account.matched_at is not None
    state = "verified" if matched else "unverified"
    number = account.matched_personal_id or account.personal_id
    birth = shown_date(account.matched_birth_date or account.birth_date)
    rows = [
        {"key": _("Full name"), "value": account.matched_full_name or account.full_name, "state": state},
        {"key": _("Personal number"), "value": number or _("Not entered yet"), "state": state, "number": bool(number)},
        {"key": _("Date of birth"), "value": birth, "state": state, "number": True},
    ]
    if account.legacy_id9:
        rows.append({"key": _("Old 9-digit ID"), "value": account.legacy_id9, "state": "reference", "number": True})
    if account.tax_code:
        rows.append({"key": _("Tax code"), "value": account.tax_code, "state": "unverified", "number": True})
    if account.phone:
        rows.append({"key": _("Telephone"), "value": formats.phone(account.phone), "state": "unverified"})
    return rows


def _person_fields(profile: Profile) -> list[dict[str, Any]]:
    sex = {"M": _("Male"), "F": _("Female")}.get(profile.sex or "", "")
    rows = [
        {"key": _("Full name"), "value": profile.full_name or profile.display_name, "state": "verified"},
        {"key": _("Personal number"), "value": profile.personal_id or "", "state": "verified", "number": True},
        {"key": _("Date of birth"), "value": shown_date(profile.birth_date or ""), "state": "verified", "number": True},
        {"key": _("Sex"), "value": sex, "state": "verified"},
    ]
    return [row for row in rows if row["value"]]


def _links(profile: Profile) -> list[dict[str, Any]]:
    """The linked accounts, with level and time; `undoable` for 30 days."""
    now = country_time.now()
    live = AccountLink.objects.select_related("portal_account").filter(profile=profile, undone_at=None)
    return [
        {
            "link": link,
            "account": link.portal_account,
            "stayed": sum(holdings.count(link.portal_account.profile_id).values()),
            "linked_at": link.linked_at.astimezone(country_time.VIETNAM),
            "undoable": now - link.linked_at <= undoing.UNDO_FOR and link.portal_account.state in undoing.HELD,
        }
        for link in live.order_by("linked_at")
    ]
