"""What accounts do when the e-ID tells of a logout, or of what happened to an account there."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from portal.accounts import audit
from portal.accounts.models import Door, LoginSession
from portal.accounts.sessions import end_sessions
from portal.eid_login.signals import eid_logged_out, eid_told


@receiver(eid_logged_out, dispatch_uid="accounts.eid_logged_out")
def eid_session_over(sender: Any, *, issuer: str, sub: str | None, sid: str | None, **_: Any) -> None:
    """End what that e-ID session opened; without `sid`, every e-ID session of the person."""
    if sid:
        end_sessions(eid_sid=sid)
        return
    doors = Door.objects.filter(issuer=issuer, sub=sub or "", closed_at__isnull=True)
    LoginSession.objects.filter(profile__in=doors.values("profile"), door_issuer=issuer, how="eid").delete()


@receiver(eid_told, dispatch_uid="accounts.eid_told")
def eid_account_changed(sender: Any, *, issuer: str, sub: str, event: str, happened_at: int, **_: Any) -> None:
    """Keep it in the chain, for each person here whose door that account is."""
    for profile_id in Door.objects.filter(issuer=issuer, sub=sub, closed_at__isnull=True).values_list(
        "profile", flat=True
    ):
        told = {"event": event, "happened_at": happened_at}
        audit.record("eid_told", actor="system", subject=f"profile:{profile_id}", detail=told)
