"""What accounts do when the e-ID tells of a logout."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from portal.accounts.models import Door, LoginSession
from portal.accounts.sessions import end_sessions
from portal.eid_login.signals import eid_logged_out


@receiver(eid_logged_out, dispatch_uid="accounts.eid_logged_out")
def eid_session_over(sender: Any, *, issuer: str, sub: str | None, sid: str | None, **_: Any) -> None:
    """End what that e-ID session opened; without `sid`, every e-ID session of the person."""
    if sid:
        end_sessions(eid_sid=sid)
        return
    doors = Door.objects.filter(issuer=issuer, sub=sub or "", closed_at__isnull=True)
    LoginSession.objects.filter(profile__in=doors.values("profile"), door_issuer=issuer, how="eid").delete()
