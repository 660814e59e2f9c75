"""Somebody arrives at a province by a door: the facts are gathered, `doors` decides, and the person enters or is asked.

One flow through both doors: what was shown first is kept in the browser's session for ten minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from portal.accounts import audit, between_portals
from portal.accounts.models import Door, Kind, Profile
from portal.accounts.persons import login_of, profile_of, vouch
from portal.accounts.sessions import LoginRecord, start_login
from portal.config import CONFIG
from portal.eid_login.identity import VerifiedIdentity
from portal.sealing import blind
from portal.sso import doors
from portal.sso.actions.join import join
from portal.sso.models import AwaitedPerson
from portal.sso.relying_party import Assertion

SHOWN = "sso_shown"
ONE_FLOW_SECONDS = 600
SAME_PERSON = "same-person"


@dataclass(frozen=True, slots=True)
class Shown:
    """The doors that this browser has shown within one flow, and where the person wants to go."""

    by: Literal["eid", "sso"]
    identity: VerifiedIdentity | None
    assertion: Assertion | None
    next: str


def show(
    request: HttpRequest, next_: str, *, identity: VerifiedIdentity | None = None, assertion: Assertion | None = None
) -> Shown:
    """Add a door to what this flow has shown; the other one counts while it is younger than ten minutes."""
    now = time.time()
    kept: dict[str, Any] = request.session.get(SHOWN) or {}
    for name, value in (("identity", identity), ("assertion", assertion)):
        if value is not None:
            kept[name] = {"at": now, "said": value.to_json()}
        elif kept.get(name, {}).get("at", 0) < now - ONE_FLOW_SECONDS:
            kept.pop(name, None)
    by: Literal["eid", "sso"] = "eid" if identity is not None else "sso"
    kept |= {"by": by, "next": next_}
    request.session[SHOWN] = kept
    return _read(kept)


def shown(request: HttpRequest) -> Shown | None:
    """What this flow has shown, for the page that asks; None when it is over."""
    kept = request.session.get(SHOWN)
    name = {"eid": "identity", "sso": "assertion"}.get(kept["by"]) if kept else None
    if not kept or name not in kept or kept[name]["at"] < time.time() - ONE_FLOW_SECONDS:
        return None
    return _read(kept)


def arrive(request: HttpRequest, what: Shown, *, said_first_time: bool = False) -> bool:
    """Enter, or False: the person has to be asked. The login is started in this browser."""
    one_person = _one_person(what)
    with transaction.atomic():
        entry = doors.decide(_facts(what, one_person=one_person, said_first_time=said_first_time))
        if entry.way is doors.Way.ASK:
            return False
        profile = _profile(entry, what)
        for other in entry.absorbs:
            join(other, profile.pk, "one-flow" if one_person else "national-link")
        if what.identity is not None and (what.by == "eid" or one_person):
            _open_door(profile, what.identity.issuer, what.identity.sub)
            vouch(profile, what.identity)
        if what.assertion is not None and (what.by == "sso" or one_person):
            _open_door(profile, CONFIG.national_origin, what.assertion.sub)
        start_login(request, _record(what, profile))
    request.session.pop(SHOWN, None)
    return True


def _read(kept: dict[str, Any]) -> Shown:
    identity, assertion = kept.get("identity"), kept.get("assertion")
    return Shown(
        kept["by"],
        VerifiedIdentity.from_json(identity["said"]) if identity else None,
        Assertion.from_json(assertion["said"]) if assertion else None,
        kept["next"],
    )


def _one_person(what: Shown) -> bool:
    """Does the national portal confirm that both doors are one person's? Asked only where both were shown."""
    if what.identity is None or what.assertion is None or what.assertion.how != "eid":
        return False
    try:
        answer = between_portals.ask(
            between_portals.NATIONAL,
            SAME_PERSON,
            {"sub": what.assertion.sub},
            secret={"personal_id": what.identity.personal_id},
        )
    except (between_portals.Unavailable, between_portals.SaidNo):
        return False
    return answer.get("same") is True


def _facts(what: Shown, *, one_person: bool, said_first_time: bool) -> doors.Arrival:
    awaited: tuple[UUID, ...] = ()
    if what.identity is not None:
        index = blind(what.identity.personal_id, "personal_id")
        awaited = tuple(AwaitedPerson.objects.filter(personal_id_index=index).values_list("profile_id", flat=True))
    return doors.Arrival(
        by=what.by,
        eid=_behind(what.identity.issuer, what.identity.sub) if what.identity else None,
        national=_behind(CONFIG.national_origin, what.assertion.sub) if what.assertion else None,
        awaited=awaited,
        one_person=one_person,
        said_first_time=said_first_time,
    )


def _behind(issuer: str, sub: str) -> UUID | None:
    profile = profile_of(issuer, sub)
    return profile.pk if profile else None


def _profile(entry: doors.Entry, what: Shown) -> Profile:
    if entry.profile is not None:
        return Profile.objects.get(pk=entry.profile)
    kind = what.assertion.account_kind if what.assertion and what.by == "sso" else ""
    profile = Profile.objects.create(kind=kind if kind in Kind.values else Kind.CITIZEN)
    audit.record("profile-made", actor=f"profile:{profile.pk}", subject=f"profile:{profile.pk}", detail={"by": what.by})
    return profile


def _open_door(profile: Profile, issuer: str, sub: str) -> None:
    door, new = Door.objects.get_or_create(issuer=issuer, sub=sub, closed_at=None, defaults={"profile": profile})
    if new:
        subject = f"profile:{profile.pk}"
        audit.record("door-opened", actor=subject, subject=subject, detail={"issuer": issuer})
    elif door.profile_id != profile.pk:
        raise RuntimeError("a door of somebody else was shown")


def _record(what: Shown, profile: Profile) -> LoginRecord:
    if what.by == "eid" and what.identity is not None:
        return login_of(what.identity, profile)
    if what.assertion is None:
        raise RuntimeError("nobody has shown a door")
    said = what.assertion
    return LoginRecord(
        how="sso",
        auth_time=said.auth_time,
        acr=said.acr,
        amr=said.amr,
        sid=said.sid,
        issuer=CONFIG.national_origin,
        sub=said.sub,
        profile_id=profile.pk,
        upstream=said.upstream,
    )
