"""Registration of an old account by the SIM way, until the date (facts.md 3.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from kernel import country_time, personal_id, phone, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from portal.accounts import attempts, audit, codes, ledger, messages, passwords, policy
from portal.accounts.finding import number_is_taken
from portal.accounts.models import Kind, PortalAccount, Profile, Registration
from portal.accounts.moments import now_text

LIFE = timedelta(minutes=15)
KINDS = (Kind.CITIZEN, Kind.OFFICIAL)  # organisations registered with papers, never by SIM


@dataclass(frozen=True)
class Said:
    """What was typed, normalised: 12- or 9-digit number, name, ISO birth date, mobile number."""

    kind: str
    number: str
    full_name: str
    birth_date: str
    phone: str


def read(form: dict[str, str]) -> tuple[Said | None, dict[str, str]]:
    """What a form says, or which fields are wrong: field name -> code of the fault."""
    faults: dict[str, str] = {}
    kind = form.get("kind") if form.get("kind") in KINDS else Kind.CITIZEN
    number, birth, mobile = form.get("number", ""), form.get("birth_date", ""), form.get("phone", "")
    try:
        number = personal_id.normalise(number)
    except personal_id.PersonalIdFormat:
        try:
            number = personal_id.normalise_legacy_id9(number)
        except personal_id.PersonalIdFormat:
            faults["number"] = "number"
    try:
        birth = str(PartialDate.parse(birth))
    except PartialDateFormat:
        faults["birth_date"] = "date"
    try:
        mobile = phone.normalise(mobile)
        if not phone.is_mobile(mobile):
            faults["phone"] = "phone"
    except phone.PhoneFormat:
        faults["phone"] = "phone"
    name = " ".join(form.get("full_name", "").split())
    if not 2 <= len(name) <= 100 or not vietnamese_names.fold(name):
        faults["full_name"] = "name"
    return (None if faults else Said(str(kind), number, name, birth, mobile)), faults


def begin(said: Said, binding: str) -> tuple[str, codes.Sent]:
    """Keep what was said for 15 minutes and send the code. Answers alike whether or not the number is taken."""
    with transaction.atomic():
        waiting = Registration.objects.create(said=json.dumps(said.__dict__), created_at=datetime.now(UTC))
        sent = codes.send("register", str(waiting.pk), said.phone, binding)
    return str(waiting.pk), sent


def said_in(registration_id: str) -> Said | None:
    """What a live registration said."""
    waiting = Registration.objects.filter(pk=registration_id, created_at__gt=datetime.now(UTC) - LIFE).first()
    return Said(**json.loads(waiting.said)) if waiting else None


def complete(registration_id: str, password: str) -> tuple[PortalAccount | None, str]:
    """Make the account once the phone is proven; ("ID_TAKEN" | a policy code) when it may not be made."""
    said = said_in(registration_id)
    if said is None:
        return None, "OTP_EXPIRED"
    with transaction.atomic():
        verdict = policy.judge(said.kind)
        # guard: registration-ends-at-the-date
        if not verdict.allowed:
            return None, str(verdict.code)
        attempts.hold("register", said.number)
        # guard: number-registers-once
        if number_is_taken(said.kind, said.number):
            return None, "ID_TAKEN"
        ledger.because("registered", actor="citizen")
        profile = Profile.objects.create(kind=said.kind, display_name=said.full_name)
        account = PortalAccount.objects.create(
            profile=profile,
            kind=said.kind,
            full_name=said.full_name,
            birth_date=said.birth_date,
            personal_id=said.number if len(said.number) == 12 else None,
            legacy_id9=said.number if len(said.number) == 9 else None,
            phone=said.phone,
            password_hash=passwords.hash_password(password),
            created_at=country_time.now(),
        )
        Registration.objects.filter(pk=registration_id).delete()
        audit.record("registered", actor=f"account:{account.pk}", subject=f"account:{account.pk}")
        messages.notify(account, "registered", at=now_text())
    return account, ""
