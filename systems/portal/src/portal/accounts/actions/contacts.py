"""Confirming a contact point with a code sent to it; only then it counts."""

from __future__ import annotations

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, codes
from portal.accounts.models import ContactPoint


def send(point: ContactPoint, binding: str) -> codes.Sent:
    """A code to the contact itself (SMS or mail)."""
    channel = "sms" if point.channel == "phone" else "email"
    return codes.send("contact", f"contact:{point.pk}", point.value, binding, channel=channel)


def confirm(point: ContactPoint, entered: str, binding: str) -> tuple[codes.CodeResult, int]:
    """Judge the code; a right one makes the contact count."""
    with transaction.atomic():
        result, left = codes.check("contact", f"contact:{point.pk}", entered, binding)
        if result is codes.CodeResult.RIGHT:
            ContactPoint.objects.filter(pk=point.pk, confirmed_at=None).update(confirmed_at=country_time.now())
            audit.record(
                "contact_confirmed", actor=f"profile:{point.profile_id}", subject=f"profile:{point.profile_id}"
            )
    return result, left
