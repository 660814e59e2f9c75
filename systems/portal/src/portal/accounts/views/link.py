"""Linking and undoing: start, "is this account yours?", the link; the same for a late link; the undo."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import holdings, sessions
from portal.accounts.actions import link as act
from portal.accounts.actions import undo as undo_act
from portal.accounts.linking import REGISTER_FRESH, LinkCode
from portal.accounts.models import AccountLink, PortalAccount, State
from portal.accounts.persons import login_of, profile_of
from portal.accounts.policy import OldLoginRefused
from portal.accounts.views.after_sign_in import own_account
from portal.accounts.views.refusals import refuse, refuse_by_policy
from portal.accounts.views.to_eid import send_to_eid
from portal.eid_login.callback import Result, take

CONFIRM = "/lien-ket/xac-nhan"
NOTICE = "/thong-bao-he-thong"
IDENTITY = "/tai-khoan/thong-tin-dinh-danh"
REGISTER_WORD = "register_word"


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """`POST /lien-ket/bat-dau`: from the old login that is open here to a fresh e-ID sign-in, for a link only."""
    account = own_account(request)
    if account is None:
        return refuse(request, "LINK_OLD_LOGIN_MISSING")
    if account.state != State.MATCHED:
        return refuse(request, "LINK_NOT_MATCHED")
    login: sessions.LoginRecord = request.login  # type: ignore[attr-defined]
    return send_to_eid(
        request,
        "link",
        then=CONFIRM,
        back=NOTICE,
        fresh=True,
        about={"account": str(account.pk), "old_sid": login.sid},
        login_hint=account.matched_personal_id or "",
    )


@require_POST
def start_late(request: HttpRequest) -> HttpResponse:
    """`POST /lien-ket/muon/bat-dau`: after the date, a fresh e-ID sign-in of level 2 for one waiting old account."""
    known = take(request, "sign_in", "step_up", keep=True)
    number = known.identity.personal_id if known else _own_number(request)
    account = PortalAccount.objects.filter(pk=_uuid(request.POST.get("account")), state=State.MATCHED).first()
    if account is None or not number or account.matched_personal_id != number:
        return refuse(request, "LINK_NOT_MATCHED")
    return send_to_eid(
        request,
        "late_link",
        then=CONFIRM,
        back="/vneid/loi",
        level=2,
        fresh=True,
        about={"account": str(account.pk)},
        login_hint=number,
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """`/lien-ket/xac-nhan`: names the old account (masked) and asks; only "yes" links."""
    result = take(request, "link", "late_link", keep=True)
    if result is None:
        return refuse(request, "CALLBACK_STATE")
    account = PortalAccount.objects.filter(pk=_uuid(result.about.get("account"))).first()
    if account is None:
        return refuse(request, "LINK_NOT_MATCHED")
    if request.method == "POST" and request.POST.get("mine") != "yes":
        take(request, "link", "late_link")
        return refuse(request, "LINK_NOT_CONFIRMED")
    asked = _request(request, result, account, confirmed=request.method == "POST")
    if request.method == "POST":
        return _link(request, asked)
    decision = act.may_ask(asked)
    if not decision.allowed:
        return _refused(request, decision.code)
    held = holdings.count(account.profile_id)
    context = {"account": account, "held": held, "late": asked.late, "name": result.identity.full_name}
    return render(request, "accounts/is_this_yours.html", context)


def _request(request: HttpRequest, result: Result, account: PortalAccount, *, confirmed: bool) -> act.Request:
    """The register is asked once for this act, and again when its word is older than the rule allows."""
    kept = request.session.get(REGISTER_WORD)
    word = act.RegisterWord(**kept["word"]) if kept and kept["account"] == str(account.pk) else None
    if word is None or word.overall is None or word.age > REGISTER_FRESH or not confirmed:
        word = act.ask_register(account, result.identity)
        request.session[REGISTER_WORD] = {"account": str(account.pk), "word": word.__dict__}
    return act.Request(account.pk, result, request.login, word, confirmed)  # type: ignore[attr-defined]


def _link(request: HttpRequest, asked: act.Request) -> HttpResponse:
    try:
        linked = act.execute(asked)
    except OldLoginRefused as refused:
        return refuse_by_policy(request, refused.verdict)
    if linked.profile is None:
        return _refused(request, linked.decision.code)
    take(request, "link", "late_link")
    request.session.pop(REGISTER_WORD, None)
    sessions.start_login(request, login_of(asked.result.identity, linked.profile))
    return HttpResponseRedirect(f"{IDENTITY}?da-lien-ket=1", status=303)


def _refused(request: HttpRequest, code: LinkCode) -> HttpResponse:
    """A named refusal. While the register is away the e-ID sign-in is kept, so that "try again" is one click."""
    if code is LinkCode.REGISTER_UNAVAILABLE:
        return refuse(request, str(code), again=CONFIRM)
    take(request, "link", "late_link")
    return refuse(request, str(code))


@require_POST
def start_undo(request: HttpRequest) -> HttpResponse:
    """`POST /lien-ket/huy/bat-dau`: a fresh e-ID sign-in, at least of the link's level, for this undo only."""
    profile = request.profile  # type: ignore[attr-defined]
    link = AccountLink.objects.filter(pk=_uuid(request.POST.get("link")), profile=profile, undone_at=None).first()
    if profile is None or link is None:
        return refuse(request, "UNDO_NOT_LINKED")
    about = {"link": str(link.pk)}
    return send_to_eid(request, "undo", then="/lien-ket/huy", back=IDENTITY, level=link.level, fresh=True, about=about)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest) -> HttpResponse:
    """`/lien-ket/huy`: what will return and what will not; then the undo."""
    result = take(request, "undo", keep=True)
    if result is None:
        return refuse(request, "CALLBACK_STATE")
    link = AccountLink.objects.select_related("portal_account").filter(pk=_uuid(result.about.get("link"))).first()
    if link is None:
        return refuse(request, "UNDO_NOT_LINKED")
    if request.method == "GET":
        return render(request, "accounts/undo.html", {"link": link, "account": link.portal_account})
    done = undo_act.by_owner(link.pk, result)
    take(request, "undo")
    if done.refused:
        return refuse(request, done.refused)
    owner = profile_of(result.identity.issuer, result.identity.sub)
    assert owner is not None
    sessions.start_login(request, login_of(result.identity, owner))
    return HttpResponseRedirect(f"{IDENTITY}?da-huy=1", status=303)


def _own_number(request: HttpRequest) -> str:
    profile = request.profile  # type: ignore[attr-defined]
    return (profile.personal_id or "") if profile is not None else ""


def _uuid(text: str | None) -> UUID:
    """What a form or a state names; the nil UUID, which no row has, for what is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return UUID(int=0)
