"""The profile behind a proven identity: found by its door (issuer, sub), never by name, phone or number."""

from __future__ import annotations

from datetime import date

from kernel import country_time, phone
from portal.accounts.models import Door, Kind, Profile
from portal.accounts.sessions import LoginRecord
from portal.eid_login.identity import VerifiedIdentity


def profile_of(issuer: str, sub: str) -> Profile | None:
    """The profile that this live door opens."""
    door = Door.objects.select_related("profile").filter(issuer=issuer, sub=sub, closed_at__isnull=True).first()
    return door.profile if door else None


def make_profile(who: VerifiedIdentity) -> Profile:
    """A fresh profile with its e-ID door."""
    profile = Profile(kind=Kind.CITIZEN)
    vouch(profile, who)
    Door.objects.create(profile=profile, issuer=who.issuer, sub=who.sub)
    return profile


def vouch(profile: Profile, who: VerifiedIdentity) -> None:
    """Keep, sealed, what the e-ID vouched for just now."""
    profile.full_name = profile.display_name = who.full_name
    profile.personal_id, profile.birth_date, profile.sex = who.personal_id, who.birth_date, who.sex
    profile.eid_level, profile.vouched_by = who.eid_level, who.issuer
    profile.eid_phone, profile.eid_phone_since = _phone(who)
    profile.vouched_at = country_time.now()
    profile.save()


def _phone(who: VerifiedIdentity) -> tuple[str | None, date | None]:
    """The e-ID's phone and since when it has had it; nothing where it was not shared or cannot be read."""
    try:
        mobile = phone.normalise(who.phone or "")
    except phone.PhoneFormat:
        return None, None
    try:
        return mobile, date.fromisoformat(who.phone_since or "")
    except ValueError:
        return mobile, None


def login_of(who: VerifiedIdentity, profile: Profile) -> LoginRecord:
    """The session record of an e-ID sign-in."""
    return LoginRecord(
        how="eid",
        auth_time=who.auth_time,
        acr=who.acr,
        amr=who.amr,
        sid=who.sid,
        issuer=who.issuer,
        sub=who.sub,
        profile_id=profile.pk,
    )
