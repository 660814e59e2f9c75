"""Sealed columns: what a person would not want read in a dump is stored encrypted, found by a blind index.

A `SealedField` reads and writes plain text in Python and keeps `wire.sealing` bytes in PostgreSQL. Where equality
is needed the model has a second column, a `BlindIndexField`, filled from the first one when it is saved. The index
context is the kind of value ("personal_id"), not the table, so that equal numbers meet inside this portal, and only
inside it: the key is this portal's own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models

from portal.config import CONFIG
from wire.sealing import Sealer

SEALING_FILE = "sealing.json"


@cache
def sealer() -> Sealer:
    """This portal's key ring, created by `portal keys ensure` (or at first use in tests)."""
    CONFIG.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Sealer.load_or_create(CONFIG.keys_dir / SEALING_FILE)


def blind(text: str, context: str) -> bytes:
    """The blind index of a value: 32 bytes, equal for equal values of one kind. For lookups by equality."""
    return sealer().blind(text, context)


class SealedField(models.Field):  # type: ignore[type-arg]
    """Text that sleeps encrypted as bytea; `context` names what it is and is bound to the ciphertext."""

    empty_strings_allowed = True

    def __init__(self, *, context: str = "", **kwargs: Any) -> None:
        self.context = context
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "context": self.context}

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> str | None:
        return None if value is None else sealer().open(bytes(value), self.context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return sealer().seal(value, self.context) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("sealed columns are never serialised")


class BlindIndexField(models.Field):  # type: ignore[type-arg]
    """HMAC of the sealed column `source`, kept in step with it whenever the row is saved (`save()`, not `update()`)."""

    def __init__(self, *, source: str = "", context: str = "", **kwargs: Any) -> None:
        self.source, self.context = source, context
        kwargs.update(null=True, editable=False, db_index=kwargs.get("db_index", True))
        super().__init__(**kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "source": self.source, "context": self.context}

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = getattr(model_instance, self.source)
        index = blind(value, self.context) if value else None
        setattr(model_instance, self.attname, index)
        return index
