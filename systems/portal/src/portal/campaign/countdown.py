"""What the campaign says at sign-in to whom it has told: the day of the person, before the day of the law."""

from __future__ import annotations

from portal.accounts.models import PortalAccount
from portal.campaign import progress, templates_of
from portal.campaign.models import WaveNotice


def at_sign_in(account: PortalAccount) -> str:
    """The sentence with the person's own deadline; empty for whom no wave has reached."""
    told = WaveNotice.objects.filter(account=account).order_by("deadline").first()
    legal = progress.legal_date(account.kind)
    if told is None or legal is None:
        return ""
    return templates_of.rendered("sign_in", deadline=told.deadline, legal=legal)[2]
