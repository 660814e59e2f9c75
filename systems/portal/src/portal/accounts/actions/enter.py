"""Sign-in with the e-ID: the person's profile, or a fresh one, unless an old account waits to be linked first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal.accounts import audit
from portal.accounts.finding import matched_but_unlinked
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.persons import make_profile, profile_of, vouch
from portal.eid_login.identity import VerifiedIdentity


@dataclass(frozen=True)
class Entry:
    """The profile to go on with, or the old accounts to be offered before a fresh profile is made."""

    profile: Profile | None
    waiting: list[PortalAccount]


def execute(who: VerifiedIdentity, *, make_fresh: bool = False) -> Entry:
    """Find the person. `make_fresh`: he was told of the waiting old accounts and goes on without them."""
    waiting = matched_but_unlinked(who.personal_id)
    with transaction.atomic():
        profile = profile_of(who.issuer, who.sub)
        # guard: told-of-the-old-account-first
        if profile is None and waiting and not make_fresh:
            return Entry(None, waiting)
        if profile is None:
            profile = _fresh(who)
        else:
            vouch(profile, who)
        audit.record("eid_sign_in", actor=f"profile:{profile.pk}", subject=f"profile:{profile.pk}")
    return Entry(profile, waiting)


def _fresh(who: VerifiedIdentity) -> Profile:
    try:
        with transaction.atomic():
            return make_profile(who)
    except IntegrityError:  # two tabs at once: the other one made it
        found = profile_of(who.issuer, who.sub)
        assert found is not None
        return found
