"""What is known of a made-up person, and the NDJSON rows that the systems import (`docs/interfaces.md` 2-4)."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from kernel.country_time import VIETNAM

Sex = Literal["M", "F"]
RecordState = Literal["live", "dead", "cancelled", "merged"]
EidState = Literal["active", "locked", "not_activated", "dead"]
AccountKind = Literal["citizen", "official", "organisation"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Residence:
    """A place somebody lives at: the unit's code as it is on ``since``, the line below it."""

    unit_code: str
    line: str
    since: date

    def row(self) -> Row:
        return {"unit_code": self.unit_code, "line": self.line, "since": self.since.isoformat()}


@dataclass(frozen=True, slots=True)
class Person:
    """One record of the register. ``birth_date`` is ISO and may lack its day or month; ``relation`` is to the head."""

    personal_id: str
    full_name: str
    birth_date: str
    sex: Sex
    household: str | None
    relation: str | None
    permanent_residence: Residence
    temporary_residence: Residence | None = None
    current_residence: Residence | None = None
    ethnicity: str = "Kinh"
    nationality: str = "Việt Nam"
    hometown: str = "Xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị"
    legacy_id9: str | None = None
    state: RecordState = "live"
    state_since: date | None = None
    merged_into: str | None = None

    def row(self) -> Row:
        """For ``population people import``."""
        return {
            "personal_id": self.personal_id,
            "full_name": self.full_name,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "hometown": self.hometown,
            "ethnicity": self.ethnicity,
            "nationality": self.nationality,
            "legacy_id9": self.legacy_id9,
            "household": self.household,
            "relation": self.relation,
            "permanent_residence": self.permanent_residence.row(),
            "temporary_residence": self.temporary_residence.row() if self.temporary_residence else None,
            "current_residence": self.current_residence.row() if self.current_residence else None,
            "state": self.state,
            "state_since": self.state_since.isoformat() if self.state_since else None,
            "merged_into": self.merged_into,
        }


@dataclass(frozen=True, slots=True)
class EidAccount:
    """An e-ID account of a person. ``password`` None: the account exists, nobody can sign in with it."""

    level: Literal[1, 2] = 2
    state: EidState = "active"
    lock_reason: str | None = None
    phone: str = ""
    email: str | None = None
    password: str | None = None
    phone_since: date = date(2023, 1, 1)

    def row(self, person: Person) -> Row:
        """For ``eid people import``."""
        return {
            "personal_id": person.personal_id,
            "full_name": person.full_name,
            "birth_date": person.birth_date,
            "sex": person.sex,
            "phone": self.phone,
            "email": self.email,
            "password": self.password,
            "level": self.level,
            "state": self.state,
            "lock_reason": self.lock_reason,
            "phone_since": self.phone_since.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class OldDossier:
    """A dossier that an old account filed. ``status`` is a national code, 1 to 10 (facts of the sync interface)."""

    procedure_code: str
    submitted_at: datetime
    status: int

    def row(self) -> Row:
        return {
            "procedure_code": self.procedure_code,
            "submitted_at": self.submitted_at.isoformat(),
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class OldAccount:
    """An account that a portal issued. ``twist`` is ground truth for measuring, and never enters a row."""

    full_name: str
    birth_date: str
    phone: str
    kind: AccountKind = "citizen"
    personal_id: str | None = None
    legacy_id9: str | None = None
    tax_code: str | None = None
    email: str | None = None
    password: str | None = None
    created_at: datetime = datetime(2021, 6, 1, 9, 0, tzinfo=VIETNAM)
    last_sign_in_at: datetime | None = None
    matched: bool = False
    cohort: str = "default"
    commune: str | None = None
    documents: tuple[str, ...] = ()
    dossiers: tuple[OldDossier, ...] = ()
    twist: str = field(default="none")

    @property
    def login(self) -> str:
        """What its owner types to sign in: the number if the account has one, else the phone."""
        return self.personal_id or self.phone

    def row(self) -> Row:
        """For ``portal old-accounts import``."""
        return {
            "kind": self.kind,
            "personal_id": self.personal_id,
            "legacy_id9": self.legacy_id9,
            "tax_code": self.tax_code,
            "full_name": self.full_name,
            "birth_date": self.birth_date,
            "phone": self.phone,
            "email": self.email,
            "password": self.password,
            "created_at": self.created_at.isoformat(),
            "last_sign_in_at": self.last_sign_in_at.isoformat() if self.last_sign_in_at else None,
            "matched": self.matched,
            "cohort": self.cohort,
            "commune": self.commune,
            "documents": [{"name": name, "sha256": document_sha256(name, self.phone)} for name in self.documents],
            "dossiers": [dossier.row() for dossier in self.dossiers],
        }


def document_sha256(name: str, phone: str) -> str:
    """The hash of a made-up paper: stable, different for each account."""
    return hashlib.sha256(f"{phone}\0{name}".encode()).hexdigest()
