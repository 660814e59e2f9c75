"""Messages to people: SMS and mail through the job queue, the person's inbox on the portal and the one at the e-ID.

The queue carries ids only; text and address wait sealed in `PendingNotice` and are removed once delivered.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from design.page_request import PageRequest, answering
from kernel import country_time
from portal.accounts import message_texts
from portal.accounts.models import AccountNotice, ContactPoint, Door, PendingNotice, PortalAccount, Profile
from portal.config import CONFIG

AT_THE_EID = {
    "linked": "account_linked",
    "late_linked": "account_linked",
    "claimed": "account_claimed",
    "claim_granted": "claim_granted",
    "undone": "link_undone",
    "frozen": "account_frozen",
}
"""What also stands in the inbox of the e-ID, by template key: the kinds that it knows (`docs/interfaces.md` 2)."""


def send_code(address: str, purpose: str, digits: str, channel: str = "sms") -> None:
    """Queue a one-time code, in the caller's transaction and the person's language."""
    _queue(channel, address, message_texts.code_subject(), message_texts.code_text(purpose, digits))


def contact_points(person: PortalAccount | Profile) -> list[tuple[str, str]]:
    """(channel, address) by which somebody may be told: an old account's own, or a person's confirmed ones."""
    if isinstance(person, PortalAccount):
        return [(c, a) for c, a in (("sms", person.phone), ("email", person.email)) if a]
    confirmed = ContactPoint.objects.filter(profile=person, confirmed_at__isnull=False)
    return [("sms" if point.channel == "phone" else "email", point.value) for point in confirmed]


def notify(person: PortalAccount | Profile, template_key: str, **facts: Any) -> int:
    """Tell somebody, in the caller's transaction; returns how many messages were queued.

    A `Profile` also finds the notice in the inbox of its account page, and what is about power over an old account in
    the one of the e-ID, which nobody who holds a telephone or this portal can empty. `facts` fill the
    text: never a full number.
    """
    told = 0
    for channel, address in contact_points(person):
        told += tell(channel, address, template_key, **facts)
    if isinstance(person, Profile):
        AccountNotice.objects.create(
            profile=person, template_key=template_key, facts=json.dumps(facts), at=country_time.now()
        )
        if template_key in AT_THE_EID:
            # guard: eid-inbox-is-told
            for door in Door.objects.filter(profile=person, issuer=CONFIG.eid_issuer, closed_at=None):
                tell_eid(AT_THE_EID[template_key], sub=door.sub)
    return told


def tell_eid(kind: str, **whom: str) -> None:
    """Queue a notice to the e-ID's inbox of a person: `sub`, or `personal_id` of whom this portal may not know."""
    from portal.accounts.tasks import tell_eid

    notice = PendingNotice.objects.create(channel="eid", address=json.dumps(whom), text=kind)
    tell_eid.defer(notice_id=str(notice.pk))


def tell(channel: str, address: str, template_key: str, **facts: Any) -> int:
    """Queue one message to one address, in Vietnamese."""
    with answering(PageRequest(language="vi")):
        subject, text = message_texts.render(template_key, **facts, portal=CONFIG.name_vi, origin=CONFIG.origin)
    _queue(channel, address, subject, text)
    return 1


def send_text(channel: str, address: str, subject: str, text: str) -> UUID:
    """Queue a message whose words an agency wrote; returns its id, by which a gateway reports that it came back."""
    return _queue(channel, address, subject, text)


def _queue(channel: str, address: str, subject: str, text: str) -> UUID:
    from portal.accounts.tasks import deliver

    banner = "[Môi trường thử nghiệm] " if CONFIG.test_environment and channel == "sms" else ""
    mark = "\n\n--\nMôi trường thử nghiệm: mọi người và hồ sơ đều là giả định." if CONFIG.test_environment else ""
    body = banner + text if channel == "sms" else text + mark
    notice = PendingNotice.objects.create(channel=channel, address=address, subject=subject, text=body)
    deliver.defer(notice_id=str(notice.pk))
    return notice.pk
