"""Take a request to the claim desk. Nothing is granted by asking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from kernel import country_time
from kernel.working_days import national_calendar
from portal.accounts import audit, policy
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.sessions import LoginRecord
from portal.claims import limits, rules, states
from portal.claims.models import Claim
from portal.claims.states import Kind, State
from portal.sealing import blind

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class TooManyRequests(Exception):
    """The desk has as many open requests of this person as it takes."""


class LevelTooLow(Exception):
    """Identity at the desk is the own e-ID at level 2."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person says. `account` is one of `candidates`, or None with `about` in the person's own words."""

    account: UUID | None
    about: str
    contact: str
    reason: str
    kind: Kind = Kind.ACCOUNT


def candidates(profile: Profile) -> list[PortalAccount]:
    """Old accounts that carry the number which the e-ID has proven for this person, and are not anybody's yet."""
    if not profile.personal_id:
        return []
    index = blind(profile.personal_id, "personal_id")
    found = PortalAccount.objects.filter(personal_id_index=index) | PortalAccount.objects.filter(
        matched_personal_id_index=index
    )
    return list(found.filter(state__in=rules.CLAIMABLE).order_by("created_at"))


def execute(asked: Asked, profile: Profile, login: LoginRecord) -> Claim:
    """Store the request. Raises TooManyRequests, LevelTooLow; an account that is not a candidate is not taken."""
    # guard: asking-needs-level-2
    if login.how != "eid" or login.level < 2:
        raise LevelTooLow
    with policy.acting(login):
        Profile.objects.select_for_update().get(pk=profile.pk)
        # guard: claimant-limit
        if Claim.objects.filter(profile=profile, state__in=states.OPEN).count() >= limits.OPEN_CLAIMS:
            raise TooManyRequests
        # guard: claim-only-own-candidates
        account = next((each for each in candidates(profile) if each.pk == asked.account), None)
        now = country_time.now()
        claim = Claim.objects.create(
            reference=new_reference(),
            kind=asked.kind,
            profile=profile,
            portal_account=account if asked.kind == Kind.ACCOUNT else None,
            about=asked.about,
            contact=asked.contact,
            reason=asked.reason,
            eid_level=login.level,
            made_at=now,
            due_at=states.due(State.FIRST, now, national_calendar(), appeal=False),
        )
        audit.record("claim.asked", actor=f"profile:{profile.pk}", subject=f"claim:{claim.reference}")
    return claim


def new_reference() -> str:
    """`YC-7F3K92MP`: eight letters and figures that are not mistaken for one another."""
    return "YC-" + "".join(secrets.choice(LETTERS) for _ in range(8))
