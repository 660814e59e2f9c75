"""The three blocks beside every page: what is planned, what was announced, who is invited."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from commune.invitations.models import InvitationPage
from commune.notices.models import NoticePage
from commune.schedule.models import coming
from kernel import country_time

PER_BLOCK = 5


def side_blocks() -> dict[str, Any]:
    """The newest five of each, as lists; an empty list shows a friendly line."""
    now = country_time.now()
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=now.date())
    return {
        "schedule": list(coming(now.date(), PER_BLOCK)),
        "notices": list(NoticePage.objects.shown(now).filter(valid)[:PER_BLOCK]),
        "invitations": list(InvitationPage.objects.shown(now).filter(meets_at__date__gte=now.date())[:PER_BLOCK]),
    }
