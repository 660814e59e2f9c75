"""A page posted after the session ended is parked, sealed, and given back after the next sign-in of its owner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from portal.accounts import signals
from portal.accounts.models import Profile
from portal.dossiers.models import Draft, ParkedPage
from portal.store.upload import bound_uploads

MAX_CHARACTERS = 20_000
KEPT_FOR = timedelta(days=1)


def park(draft_id: UUID, step_id: str, posted: Mapping[str, str]) -> bool:
    """Keep what was typed on a page of an open draft; False when there is no such draft or page."""
    draft = Draft.objects.filter(pk=draft_id, closed_at=None).select_related("version").first()
    form = draft.version.form if draft else None
    step = form.step(step_id) if form else None
    if draft is None or step is None:
        return False
    typed = {field.id: posted[field.id][:5000] for field in step.fields if field.id in posted}
    text = json.dumps(typed, ensure_ascii=False)
    if not typed or len(text) > MAX_CHARACTERS:
        return False
    ParkedPage.objects.update_or_create(
        draft=draft, step_id=step_id, defaults={"posted": text, "at": datetime.now(UTC)}
    )
    return True


def keep_typing(request: HttpRequest, **_signal: Any) -> None:
    """A page of a form that is refused because its login has ended: park it, when it comes from the draft's owner.

    The refusal comes before the view and its form token; that the page is ours the Origin header has said already.
    """
    if request.method != "POST":
        return
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return
    profile: Profile | None = request.profile  # type: ignore[attr-defined]
    if found.url_name != "draft-step" or profile is None or not bound_uploads(request):
        return
    draft_id: UUID = found.kwargs["draft_id"]
    # guard: typing-kept-for-its-owner
    if Draft.objects.filter(pk=draft_id, profile_id=profile.pk).exists():
        park(draft_id, found.kwargs["step_id"], request.POST.dict())


def connect() -> None:
    """Listen to refusals."""
    signals.request_refused.connect(keep_typing, dispatch_uid="dossiers.keep_typing")


def take_back(draft: Draft, step_id: str, profile: Profile) -> dict[str, str]:
    """What was parked for this page, once, and only for the owner of the draft."""
    # guard: parked-page-owner-only
    if draft.profile_id != profile.pk:
        return {}
    parked = ParkedPage.objects.filter(draft=draft, step_id=step_id, at__gt=datetime.now(UTC) - KEPT_FOR).first()
    if parked is None:
        return {}
    typed: dict[str, str] = json.loads(parked.posted)
    parked.delete()
    return typed


def purge() -> int:
    """Remove what nobody came back for."""
    count, _ = ParkedPage.objects.filter(at__lte=datetime.now(UTC) - KEPT_FOR).delete()
    return count
