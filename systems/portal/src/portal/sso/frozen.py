"""What a freeze makes read-only: the records that the frozen account brought along, not the person's own new ones.

National: what the frozen account's link moved. Province: what its door brought when it was joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import models

from portal.accounts import holdings
from portal.accounts.models import AccountLink, State
from portal.sso.models import FrozenDoor, JoinedDoors


def is_frozen(record: models.Model, owner: UUID) -> bool:
    """Was this record of `owner`'s brought by an account that is frozen now? In the caller's transaction."""
    place = (record._meta.label, str(record.pk))
    return any(place == (each.model, each.pk) for each in _brought_by_frozen(owner))


def _brought_by_frozen(owner: UUID) -> Iterable[holdings.Holding]:
    links = AccountLink.objects.filter(profile_id=owner, undone_at=None, portal_account__state=State.FROZEN)
    for snapshot in links.values_list("snapshot", flat=True):
        yield from (holdings.Holding(*row) for row in json.loads(str(snapshot)).get("holdings", ()))
    subs = FrozenDoor.objects.values("sub")
    joins = JoinedDoors.objects.filter(target_id=owner, undone_at=None, sub__in=subs)
    for moved in joins.values_list("moved", flat=True):
        yield from holdings.from_json(str(moved))
