"""What the form need not ask: values that the state vouches for, each with who vouches and since when.

A value comes from the verified identity of the profile, from an old account whose data the register confirmed, or
from the register itself, which is asked only for a person whom the e-ID has proven. Silence of the register is
noted as "unavailable" and never read as an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel import country_time
from portal.accounts import register_client
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.moments import country_moment
from portal.accounts.register_client import Reference
from portal.accounts.sessions import LoginRecord
from portal.catalogue.form import Form

EID, MATCH, REGISTER = "eid", "match", "register"
ANSWERED, UNAVAILABLE, NOT_ASKED = "answered", "unavailable", ""


@dataclass(frozen=True)
class Vouched:
    """A value, who stands behind it (`eid`, `match`, `register`), and when that was said (ISO, the country's time)."""

    value: str
    by: str
    at: str

    def to_json(self) -> dict[str, str]:
        """As kept in a draft."""
        return {"value": self.value, "by": self.by, "at": self.at}


def _moment(kept: datetime | None) -> str:
    """A kept moment (None: now) as the country's calendar shows it, ISO."""
    return (country_moment(kept) if kept else country_time.now()).isoformat(timespec="seconds")


def _account(profile: Profile) -> PortalAccount | None:
    return PortalAccount.objects.filter(profile=profile).first()


def identity(profile: Profile) -> dict[str, Vouched]:
    """The verified identity by prefill source (`identity.full_name`, …); empty when nobody vouches for the person."""
    if profile.personal_id and profile.full_name:
        values = {
            "full_name": profile.full_name,
            "personal_id": profile.personal_id,
            "birth_date": profile.birth_date,
            "sex": profile.sex,
        }
        by, at = EID, _moment(profile.vouched_at)
    else:
        account = _account(profile)
        if account is None or account.matched_at is None or not account.matched_personal_id:
            return {}
        values = {
            "full_name": account.matched_full_name,
            "personal_id": account.matched_personal_id,
            "birth_date": account.matched_birth_date,
        }
        by, at = MATCH, _moment(account.matched_at)
    return {f"identity.{key}": Vouched(value, by, at) for key, value in values.items() if value}


def contact(profile: Profile) -> dict[str, str]:
    """Contact values that a form may start with; never locked."""
    point = profile.contact_points.filter(channel="phone").exclude(confirmed_at=None).first()
    if point is not None:
        return {"contact.phone": point.value}
    account = _account(profile)
    return {"contact.phone": account.phone} if account is not None and account.phone else {}


def residence_text(residence: Mapping[str, Any] | None) -> str:
    """A residence of the register as one line, empty when the register holds none."""
    if not residence:
        return ""
    line, unit = residence.get("line") or "", residence.get("unit_name") or ""
    return f"{line}, {unit[:1].lower()}{unit[1:]}" if line and unit else line or unit


def from_register(
    form: Form, profile: Profile, login: LoginRecord, *, reference: Reference, procedure_code: str
) -> tuple[dict[str, Vouched], str]:
    """Values of the register for this form, and what became of the question. Asks only what the form needs."""
    sources = {f.prefill for f in form.fields() if f.prefill is not None}
    wanted = sorted(source.removeprefix("register.") for source in sources if source.startswith("register."))
    proven = not login.made_by_old_login and profile.personal_id and profile.full_name and profile.birth_date
    if not wanted or not proven:
        return {}, NOT_ASKED
    subject = register_client.Subject(profile.full_name or "", profile.birth_date or "", profile.personal_id or "")
    try:
        answer = register_client.lookup("dossier", reference, subject, wanted, procedure_code=procedure_code)
    except (register_client.RegisterUnavailable, register_client.QuotaExceeded):
        return {}, UNAVAILABLE
    at = _moment(None)
    found = {}
    for field in wanted:
        raw = answer.get(field)
        value = residence_text(raw) if field.endswith("_residence") else str(raw or "")
        if value:
            found[f"register.{field}"] = Vouched(value, REGISTER, at)
    return found, ANSWERED


def fill(form: Form, sources: Mapping[str, Vouched]) -> dict[str, dict[str, str]]:
    """The locked values of a form, by field id."""
    return {
        field.id: sources[field.prefill].to_json()
        for field in form.fields()
        if field.locked and field.prefill is not None and field.prefill in sources
    }
