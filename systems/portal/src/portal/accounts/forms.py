"""Reading the match form: what was typed, as the register and the rule want it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kernel import personal_id, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from portal.accounts.matching import Said
from portal.accounts.models import PortalAccount


@dataclass(frozen=True)
class MatchForm:
    """The typed texts as they were, what they mean (None while a field is wrong), and the faults by field."""

    typed: dict[str, str]
    said: Said | None
    faults: dict[str, str]


def read_match(post: Mapping[str, str], account: PortalAccount) -> MatchForm:
    """NFD names become NFC, full-width digits ASCII; 11 or 13 digits are a fault of the field, not a try."""
    typed = {
        "personal_id": post.get("personal_id", account.personal_id or "")[:40],
        "full_name": post.get("full_name", account.full_name)[:120],
        "birth_date": post.get("birth_date", shown_date(account.birth_date))[:20],
    }
    faults: dict[str, str] = {}
    number = name = birth = ""
    try:
        number = personal_id.normalise(typed["personal_id"])
    except personal_id.PersonalIdFormat:
        nine = "".join(typed["personal_id"].split())
        faults["personal_id"] = "LINK_NO_CCCD" if nine.isdigit() and len(nine) == 9 else "twelve"
    name = " ".join(typed["full_name"].split())
    if not vietnamese_names.fold(name):
        faults["full_name"] = "name"
    try:
        birth = str(PartialDate.parse(typed["birth_date"]))
        typed["birth_date"] = shown_date(birth)
    except PartialDateFormat:
        faults["birth_date"] = "date"
    said = None if faults else Said(_as_written(name, account.full_name), birth, number)
    return MatchForm(typed, said, faults)


def _as_written(typed: str, registered: str) -> str:
    """The name in NFC with single spaces; the registered writing when nothing but case or spacing differs."""
    plain = unicodedata.normalize("NFC", typed)
    same = vietnamese_names.canonical(plain) == vietnamese_names.canonical(registered)
    return unicodedata.normalize("NFC", registered) if same else plain


def shown_date(iso: str) -> str:
    """`12/02/1985`, `02/1985` or `1985`: what is known of a birth date."""
    try:
        known = PartialDate.parse(iso)
    except PartialDateFormat:
        return iso
    parts = [f"{part:02}" for part in (known.day, known.month) if part is not None]
    return "/".join([*parts, str(known.year)])
