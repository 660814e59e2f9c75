"""The check before every official act: signed in with the e-ID at level 2, and a duty that counts right now.

`require_role` guards a page at each request; `enforce` repeats the judgement inside the transaction of the act, so a
role that ended a second ago can no longer write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from kernel import country_time
from portal.accounts.access import to_eid
from portal.accounts.duty.models import DutyGrant
from portal.accounts.duty.rules import Refusal, SignIn, in_force, may_work
from portal.accounts.duty.wording import refusal_words
from portal.accounts.models import Profile
from portal.accounts.sessions import LoginRecord

View = Callable[..., HttpResponse]
SESSION_KEY = "duty"


class DutyRefused(Exception):
    """The official may not do this now; `refusal` says why. Nothing of the act may remain."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Acting:
    """An official at work: which grant, where, as what, and by which login. Found on requests as `request.duty`."""

    grant_id: UUID
    agency: str
    office: str
    role: str
    full_name: str
    position: str
    profile_id: UUID
    login: LoginRecord

    @property
    def actor(self) -> str:
        """How the audit and event logs name this official."""
        return f"duty:{self.grant_id}"


def _sign_in(login: LoginRecord | None, profile: Profile | None) -> SignIn | None:
    if login is None or profile is None:
        return None
    index = profile.personal_id_index
    return SignIn(login.how, login.acr, bytes(index) if index is not None else None)


def grants_of(profile: Profile) -> QuerySet[DutyGrant]:
    """Every grant of this person, whether it counts or not."""
    if profile.personal_id_index is None:
        return DutyGrant.objects.none()
    rows = DutyGrant.objects.filter(personal_id_index=bytes(profile.personal_id_index))
    return rows.select_related("proposed_by", "approved_by").order_by("agency", "office", "role")


def grants_in_force(profile: Profile) -> list[DutyGrant]:
    """The grants among which this person may choose today."""
    today = country_time.today()
    return [grant for grant in grants_of(profile) if in_force(grant.facts, today) is None]


def chosen(request: HttpRequest) -> DutyGrant | None:
    """The grant chosen in this session, whether it still counts or not."""
    key = request.session.get(SESSION_KEY)
    if not key:
        return None
    return DutyGrant.objects.select_related("proposed_by", "approved_by").filter(pk=key).first()


def _acting(grant: DutyGrant, login: LoginRecord) -> Acting:
    return Acting(
        grant.pk,
        grant.agency,
        grant.office,
        grant.role,
        grant.full_name,
        grant.position,
        login.profile_id,
        login,
    )


def acting_now(request: HttpRequest) -> Acting | None:
    """The official behind this request, None when nobody acts (or may act) for the state here."""
    login: LoginRecord | None = request.login  # type: ignore[attr-defined]
    grant = chosen(request) if login is not None else None
    if grant is None or login is None:
        return None
    sign_in = _sign_in(login, request.profile)  # type: ignore[attr-defined]
    if may_work(sign_in, grant.facts, grant.role, country_time.today()) is not None:
        return None
    return _acting(grant, login)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The no-permission page of officials, with the reason and the way on."""
    title, text = refusal_words(refusal)
    status = 503 if refusal is Refusal.HOUSEHOLD_UNKNOWN else 403
    return render(request, "duty/refused.html", {"refusal": refusal.value, "title": title, "text": text}, status=status)


def require_role(*roles: str) -> Callable[[View], View]:
    """Only for an official who chose one of `roles` and may act in it now; sets `request.duty` (Acting).

    A duty that ends before the act is written (`enforce`) is answered in the same words.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            login: LoginRecord | None = request.login  # type: ignore[attr-defined]
            profile: Profile | None = request.profile  # type: ignore[attr-defined]
            if login is None or profile is None or login.how != "eid" or login.level < 2:
                return to_eid(request, 2, fresh=False)
            grant = chosen(request)
            role = grant.role if grant is not None and grant.role in roles else roles[0]
            # guard: duty-judged-at-each-request
            refusal = may_work(_sign_in(login, profile), grant.facts if grant else None, role, country_time.today())
            if refusal in (Refusal.NO_DUTY, Refusal.OTHER_ROLE):
                return _to_choice(request, profile, roles, refusal)
            if refusal is not None or grant is None:
                return refuse(request, refusal or Refusal.NO_DUTY)
            request.duty = _acting(grant, login)  # type: ignore[attr-defined]
            try:
                return view(request, *args, **kwargs)
            except DutyRefused as refused:
                return refuse(request, refused.refusal)

        return guarded

    return decorate


def _to_choice(request: HttpRequest, profile: Profile, roles: tuple[str, ...], refusal: Refusal) -> HttpResponse:
    """To the page where a role is chosen, if there is a fitting one to choose; else the plain no."""
    if not any(grant.role in roles for grant in grants_in_force(profile)):
        return refuse(request, refusal)
    return HttpResponseRedirect("/cong-vu?" + urlencode({"next": request.path}))


def enforce(acting: Acting) -> DutyGrant:
    """Judge the duty again inside the act's transaction and hold it until the end. Raises DutyRefused."""
    rows = DutyGrant.objects.select_for_update(of=("self",)).select_related("proposed_by", "approved_by")
    grant = rows.filter(pk=acting.grant_id).first()
    profile = Profile.objects.filter(pk=acting.profile_id).first()
    sign_in = _sign_in(acting.login, profile)
    # guard: duty-judged-in-transaction
    refusal = may_work(sign_in, grant.facts if grant else None, acting.role, country_time.today())
    if refusal is not None or grant is None:
        raise DutyRefused(refusal or Refusal.NO_DUTY)
    return grant
