"""What portals tell and ask each other about logins and doors (docs/interfaces.md section 4).

At the national portal: `sso-client`, `session-status`, `same-person`. At a province: `account-linked`,
`link-undone`, `account-frozen`, `account-unfrozen`, `login-ended`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from oauth2_provider.models import Application

from portal.accounts import audit
from portal.accounts.between_portals import SESSION_STATUS_PATH, Said, SaidNo, hears
from portal.accounts.models import Door, LoginSession, Profile
from portal.config import CONFIG
from portal.sealing import blind
from portal.sso import issued
from portal.sso.actions import join
from portal.sso.models import AwaitedPerson, FrozenDoor, IssuedLogin, PairwiseSubject
from portal.sso.relying_party import CALLBACK_PATH


def _client_id(said: Said) -> str:
    return urlsplit(said.sender_origin).hostname or ""


def _from_national(said: Said) -> None:
    # guard: only-national-speaks-of-accounts
    if CONFIG.national or said.sender_origin != CONFIG.national_origin:
        raise SaidNo("not_national")


@hears("sso-client")
def sso_client(said: Said) -> None:
    """A trusted province registers its sign-in: where codes go is fixed by its pinned origin."""
    if not CONFIG.national:
        raise SaidNo("not_here")
    known = Application.objects.filter(client_id=_client_id(said)).first() or Application(client_id=_client_id(said))
    known.name = said.sender
    known.redirect_uris = said.sender_origin + CALLBACK_PATH
    known.client_type = Application.CLIENT_CONFIDENTIAL
    known.authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
    known.skip_authorization = True
    known.client_secret = str(said.secret["client_secret"])
    known.save()
    audit.record("sso-client-registered", actor=f"portal:{said.sender}", subject=f"portal:{said.sender}")


@hears("session-status", path=SESSION_STATUS_PATH, question=True)
def session_status(said: Said) -> dict[str, Any]:
    """Is the login behind this SSO session still good?"""
    login = IssuedLogin.objects.filter(pk=str(said.body.get("sid", "")), subject__client_id=_client_id(said)).first()
    return {"status": issued.standing(login) if login else issued.ENDED}


@hears("same-person", question=True)
def same_person(said: Said) -> dict[str, Any]:
    """Does the account that a province knows by this `sub` belong to the person whose number the e-ID proved there?

    The number comes sealed and is compared by its blind index with what the e-ID vouched for here.
    """
    subject = PairwiseSubject.objects.filter(sub=str(said.body.get("sub", "")), client_id=_client_id(said)).first()
    if subject is None or not said.secret.get("personal_id"):
        return {"same": False}
    profile = subject.profile
    proven = profile.personal_id_index is not None and profile.vouched_by == CONFIG.eid_issuer
    asked = blind(str(said.secret["personal_id"]), "personal_id")
    # guard: same-person-needs-proof-here
    return {"same": proven and bytes(profile.personal_id_index or b"") == asked}


@hears("account-linked")
def account_linked(said: Said) -> None:
    """An old account became a person's: its door here opens that person's profile, now or when the person comes."""
    _from_national(said)
    _end_old_logins(str(said.body["sub"]))
    door = _door(str(said.body["sub"]))
    if door is None:
        return
    index = blind(str(said.secret["personal_id"]), "personal_id")
    person = _profile_of(index, str(said.body.get("person_sub", "")))
    if person is not None and person != door.profile_id:
        join.join(door.profile_id, person, "national-link")
    elif person is None:
        AwaitedPerson.objects.update_or_create(
            profile_id=door.profile_id, defaults={"personal_id": str(said.secret["personal_id"])}
        )


@hears("link-undone")
def link_undone(said: Said) -> None:
    """The link was undone: what it moved here returns too."""
    _from_national(said)
    FrozenDoor.objects.filter(sub=str(said.body["sub"])).delete()
    door = _door(str(said.body["sub"]))
    if door is not None and not join.undo(door.sub):
        AwaitedPerson.objects.filter(profile_id=door.profile_id).delete()


@hears("account-frozen")
def account_frozen(said: Said) -> None:
    """The account was frozen from an old contact: nobody enters by its door until the desk decides."""
    _from_national(said)
    _end_old_logins(str(said.body["sub"]))
    FrozenDoor.objects.get_or_create(sub=str(said.body["sub"]))


@hears("account-unfrozen")
def account_unfrozen(said: Said) -> None:
    """The desk ended the freeze: its door is a door again."""
    _from_national(said)
    FrozenDoor.objects.filter(sub=str(said.body["sub"])).delete()


@hears("login-ended")
def login_ended(said: Said) -> dict[str, Any]:
    """Every old login of this account has ended at the national portal, so do the sessions it made here."""
    _from_national(said)
    return {"ended": _end_old_logins(str(said.body["sub"]))}


def _door(sub: str) -> Door | None:
    return Door.objects.filter(issuer=CONFIG.national_origin, sub=sub, closed_at=None).first()


def _end_old_logins(sub: str) -> int:
    """End the sessions that old logins made by this door; those of the e-ID go on."""
    door = _door(sub)
    if door is None:
        return 0
    made_by_old = LoginSession.objects.filter(how="sso", upstream_how="old", profile_id=door.profile_id)
    with transaction.atomic():
        count, _ = made_by_old.delete()
    return count


def _profile_of(index: bytes, person_sub: str) -> Any:
    """The profile of the person here: by the e-ID's verified number, else by the person's own national door."""
    verified = Profile.objects.filter(
        personal_id_index=index, vouched_by=CONFIG.eid_issuer, doors__issuer=CONFIG.eid_issuer, doors__closed_at=None
    )
    found = verified.values_list("pk", flat=True).first()
    if found is not None:
        return found
    own = _door(person_sub) if person_sub else None
    return own.profile_id if own else None
