"""Two doors become one person's: the doors and everything the other profile owns come along, and can go back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from portal.accounts import audit, holdings
from portal.accounts.models import Door, Profile
from portal.accounts.sessions import end_sessions
from portal.config import CONFIG
from portal.sso.models import AwaitedPerson, JoinedDoors


def join(source: UUID, target: UUID, because: str) -> JoinedDoors:
    """Move the doors and papers of `source` into `target`; sessions that were open on `source` end."""
    with transaction.atomic():
        list(Profile.objects.select_for_update().filter(pk__in=(source, target)).order_by("pk"))
        door = Door.objects.filter(profile=source, issuer=CONFIG.national_origin, closed_at=None).first()
        moved = holdings.move(holdings.snapshot(source), target)  # what the target has already stays with the source
        Door.objects.filter(profile=source, closed_at=None).update(profile=target)
        AwaitedPerson.objects.filter(profile=source).delete()
        end_sessions(profile=source)
        joined = JoinedDoors.objects.create(
            source_id=source,
            target_id=target,
            sub=door.sub if door else "",
            because=because,
            moved=holdings.to_json(moved),
        )
        detail = {"from": str(source), "because": because, "moved": len(moved), "digest": holdings.digest(moved)}
        audit.record("doors-joined", actor="system", subject=f"profile:{target}", detail=detail)
    return joined


def undo(sub: str) -> bool:
    """Take the join of one national door back: what it moved returns, what happened since stays. False: none."""
    with transaction.atomic():
        joined = JoinedDoors.objects.select_for_update().filter(sub=sub, undone_at=None).order_by("-joined_at").first()
        if joined is None:
            return False
        owned_still = set(holdings.snapshot(joined.target_id))
        back = [each for each in holdings.from_json(str(joined.moved)) if each in owned_still]
        holdings.move(back, joined.source_id)
        Door.objects.filter(issuer=CONFIG.national_origin, sub=sub, closed_at=None).update(profile=joined.source_id)
        joined.undone_at = datetime.now(UTC)
        joined.save(update_fields=["undone_at"])
        detail = {"returned": len(back), "digest": holdings.digest(back)}
        audit.record("doors-parted", actor="system", subject=f"profile:{joined.source_id}", detail=detail)
    return True
