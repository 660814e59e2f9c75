"""The record of a person (Law 26/2023 Art 9), as it is sealed in the database."""

import unicodedata
from typing import Literal

import msgspec

State = Literal["live", "dead", "cancelled", "merged"]


class Residence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place somebody lives at. ``unit_code`` is the commune's code as it was on ``since`` (ISO date)."""

    unit_code: str
    line: str
    since: str


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person. ``birth_date`` is ISO and may lack its day or month; ``relation`` is to the head of household."""

    personal_id: str
    full_name: str
    birth_date: str
    sex: Literal["M", "F"]
    hometown: str | None = None
    ethnicity: str | None = None
    nationality: str | None = None
    legacy_id9: str | None = None
    household: str | None = None
    relation: str | None = None
    permanent_residence: Residence | None = None
    temporary_residence: Residence | None = None
    current_residence: Residence | None = None


def tidy(text: str) -> str:
    """Text as a record holds it: NFC, single spaces, nothing invisible."""
    visible = "".join(char for char in text if char.isprintable() or char.isspace())
    return unicodedata.normalize("NFC", " ".join(visible.split()))


class Found(msgspec.Struct, frozen=True):
    """A record with what the register says about the number itself."""

    record: Record
    state: State
