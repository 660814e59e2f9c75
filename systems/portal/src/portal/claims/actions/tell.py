"""Whom the desk tells: the claimant, every old contact point, and the person whose number the account carries."""

from __future__ import annotations

import json
import secrets

from kernel import country_time
from portal.accounts import messages
from portal.accounts.models import AccountLink, PortalAccount, Profile
from portal.accounts.moments import country_moment, now_text
from portal.claims.models import Claim, StopToken
from portal.claims.states import Kind
from portal.sealing import blind


def claimant(claim: Claim, key: str) -> None:
    """In the inbox of the account page and at the confirmed contacts, with the number of the request."""
    messages.notify(claim.profile, key, at=now_text(), reference=claim.reference)


def everybody(claim: Claim) -> None:
    """The decision and its 72 hours; each old contact point and the owner of the number can stop it."""
    effect = country_moment(claim.effect_at) if claim.effect_at else None
    until = f"{effect:%H:%M}, {country_time.short_date(effect.date())}" if effect else ""
    messages.notify(claim.profile, "claim_granted", at=now_text(), reference=claim.reference, until=until)
    account = claim.portal_account
    if account is None:
        return
    # guard: old-contacts-are-told-of-a-claim
    for channel, address in old_contacts(account):
        token = secrets.token_urlsafe(24)
        StopToken.objects.create(
            token_hash=blind(token, "claim_stop"), claim=claim, channel=channel, made_at=country_time.now()
        )
        messages.tell(channel, address, "claim_old_side", at=now_text(), until=until, stop_token=token)
    if claim.kind != Kind.FREEZE:
        # guard: number-owners-eid-is-told-of-a-claim
        for number in {account.personal_id, account.matched_personal_id} - {None, claim.profile.personal_id}:
            messages.tell_eid("number_claimed", personal_id=str(number))
    for person in owners_of_the_number(claim, account):
        messages.notify(person, "claim_owner", at=now_text(), until=until, reference=claim.reference)


def old_contacts(account: PortalAccount) -> list[tuple[str, str]]:
    """The account's own; while it is linked, those that stood in it before (kept with the link)."""
    link = AccountLink.objects.filter(portal_account=account, undone_at=None).first()
    if link is None:
        return messages.contact_points(account)
    kept = json.loads(link.snapshot)
    return [(channel, kept[name]) for channel, name in (("sms", "phone"), ("email", "email")) if kept.get(name)]


def owners_of_the_number(claim: Claim, account: PortalAccount) -> list[Profile]:
    """Persons, proven by the e-ID, whose number the account carries; without the claimant."""
    indexes = [bytes(i) for i in (account.personal_id_index, account.matched_personal_id_index) if i is not None]
    proven = Profile.objects.filter(personal_id_index__in=indexes).exclude(vouched_by="")
    return list(proven.exclude(pk=claim.profile_id))
