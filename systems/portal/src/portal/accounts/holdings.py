"""What belongs to a profile and moves with a link: every record of any app above that has `Profile` as its owner.

A model is found by its foreign key named `profile` or `owner`; nothing can be forgotten when an app is added. A model
that must not move says `moves_with_link = False`. `link_fingerprint()` on a model gives what must come back unchanged
(a dossier's code, a document's hash); the default is the record's identity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from portal.accounts.models import Profile

OWNER_FIELDS = ("profile", "owner")


@dataclass(frozen=True, order=True)
class Holding:
    """One record: (model label, owner field, primary key as text, fingerprint as hex)."""

    model: str
    field: str
    pk: str
    fingerprint: str


def _holding_models() -> Iterable[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        if model._meta.app_label == "accounts" or not getattr(model, "moves_with_link", True):
            continue
        for field in model._meta.concrete_fields:
            if field.name in OWNER_FIELDS and field.is_relation and field.related_model is Profile:
                yield model, field.name


def _fingerprint(record: models.Model) -> str:
    own = getattr(record, "link_fingerprint", None)
    said = own() if callable(own) else ""
    return hashlib.sha256(f"{record._meta.label}:{record.pk}:{said}".encode()).hexdigest()


def snapshot(profile_id: UUID) -> list[Holding]:
    """Everything the profile owns now, in a stable order. Locks the rows."""
    found = [
        Holding(model._meta.label, field, str(record.pk), _fingerprint(record))
        for model, field in _holding_models()
        for record in model._default_manager.select_for_update().filter(**{field: profile_id})
    ]
    return sorted(found)


def look(profile_id: UUID) -> list[Holding]:
    """The same without locking anything: for reading only."""
    found = [
        Holding(model._meta.label, field, str(record.pk), _fingerprint(record))
        for model, field in _holding_models()
        for record in model._default_manager.filter(**{field: profile_id})
    ]
    return sorted(found)


def look_again(holdings: Iterable[Holding]) -> list[Holding]:
    """The same records as they are now, without locking them; a lost one has the fingerprint "gone"."""
    return [_as_now(each, lock=False) for each in sorted(holdings)]


def digest(holdings: Iterable[Holding]) -> str:
    """SHA-256 over the snapshot: equal when exactly the same records, with the same content, are there."""
    return hashlib.sha256(to_json(holdings).encode()).hexdigest()


def to_json(holdings: Iterable[Holding]) -> str:
    """The snapshot as kept, sealed, with the link."""
    rows = [[h.model, h.field, h.pk, h.fingerprint] for h in sorted(holdings)]
    return json.dumps(rows, separators=(",", ":"))


def from_json(text: str) -> list[Holding]:
    """The inverse of `to_json`."""
    return [Holding(*row) for row in json.loads(text)]


def move(holdings: Iterable[Holding], to: UUID) -> list[Holding]:
    """Give the records to another profile; returns those that moved.

    What the other profile already has (the same paper, by a unique constraint) stays where it is: nothing is lost and
    nothing is kept twice.
    """
    moved = []
    for holding in holdings:
        model = apps.get_model(holding.model)
        try:
            with transaction.atomic():
                if model._default_manager.filter(pk=holding.pk).update(**{holding.field: to}):
                    moved.append(holding)
        except IntegrityError:
            continue
    return moved


def read_again(holdings: Iterable[Holding]) -> list[Holding]:
    """The same records as they are now (for the comparison before an undo); locks them."""
    return sorted(_as_now(each, lock=True) for each in holdings)


def _as_now(holding: Holding, *, lock: bool) -> Holding:
    rows = apps.get_model(holding.model)._default_manager.filter(pk=holding.pk)
    record = (rows.select_for_update() if lock else rows).first()
    fingerprint = _fingerprint(record) if record is not None else "gone"
    return Holding(holding.model, holding.field, holding.pk, fingerprint)


def count(profile_id: UUID) -> dict[str, int]:
    """How many records of each model the profile owns, by model label: `{"dossiers.Dossier": 12}`."""
    counts = {
        model._meta.label: model._default_manager.filter(**{field: profile_id}).count()
        for model, field in _holding_models()
    }
    return {label: number for label, number in counts.items() if number}
