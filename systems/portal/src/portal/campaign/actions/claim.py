"""Take a request to the claim desk. Nothing is granted: the decision of the desk comes with a later release."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from kernel import country_time
from portal.accounts import audit, policy
from portal.accounts.models import PortalAccount, Profile, State
from portal.accounts.sessions import LoginRecord
from portal.campaign.models import ClaimRequest
from portal.sealing import blind

OPEN_REQUESTS = 5
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NOT_CLAIMABLE = (State.LINKED, State.CLAIMED, State.ARCHIVED, State.EXEMPT)


class TooManyRequests(Exception):
    """The desk has as many requests of this person as it takes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the person says. `account` is one of `candidates`, or None with `about` in the person's own words."""

    account: UUID | None
    about: str
    contact: str
    reason: str


def candidates(profile: Profile) -> list[PortalAccount]:
    """Old accounts that carry the number which the e-ID has proven for this person, and are not anybody's yet."""
    if not profile.personal_id:
        return []
    index = blind(profile.personal_id, "personal_id")
    found = PortalAccount.objects.filter(personal_id_index=index) | PortalAccount.objects.filter(
        matched_personal_id_index=index
    )
    return list(found.exclude(state__in=NOT_CLAIMABLE).order_by("created_at"))


def execute(claim: Claim, profile: Profile, login: LoginRecord) -> ClaimRequest:
    """Store the request. Raises TooManyRequests; an account that is not among the candidates is not taken."""
    with policy.acting(login):
        Profile.objects.select_for_update().get(pk=profile.pk)
        if ClaimRequest.objects.filter(profile=profile).count() >= OPEN_REQUESTS:
            raise TooManyRequests
        # guard: claim-only-own-candidates
        account = next((each for each in candidates(profile) if each.pk == claim.account), None)
        request = ClaimRequest.objects.create(
            reference=_reference(),
            profile=profile,
            portal_account=account,
            about=claim.about,
            contact=claim.contact,
            reason=claim.reason,
            eid_level=login.level,
            made_at=country_time.now(),
        )
        actor = f"profile:{profile.pk}"
        audit.record("claim-requested", actor=actor, subject=f"claim:{request.reference}")
    return request


def _reference() -> str:
    return "YC-" + "".join(secrets.choice(LETTERS) for _ in range(8))
