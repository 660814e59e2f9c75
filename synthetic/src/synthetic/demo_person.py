"""What a demo person is, and short words to write one down; the tables are `demo_citizens` and `demo_staff`."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.country_time import VIETNAM
from synthetic.records import EidAccount, OldAccount, Person, Residence, Sex

PORTAL_PASSWORD = "Congcu@2024"  # noqa: S105  of made-up people, printed by `motcua up`
EID_PASSWORD = "Motcua@2024"  # noqa: S105
EDITOR_PASSWORD = "Bientap@Motcua2024"  # noqa: S105

COMMUNES = {"TT": "19456", "LB": "19432", "KS": "19429"}  # xã Tân Thành, thị trấn Lao Bảo, thị trấn Khe Sanh
ACTIVE = EidAccount()
TEMPORARY_RESIDENCE, PERMANENT_RESIDENCE, BIRTH = "1.004194", "1.004222", "1.001193"
NATIONAL_AGENCY, PROVINCE_AGENCY = "G22", "H50"
NATIONAL_OFFICE, POLICE_OFFICE = "000.00.00.G22", "000.00.01.H50"

# Portal, agency, office: where a duty is done.
POLICE = ("quangtri", PROVINCE_AGENCY, POLICE_OFFICE)
NATIONAL = ("national", NATIONAL_AGENCY, NATIONAL_OFFICE)
PROVINCE = ("quangtri", PROVINCE_AGENCY, "000.00.00.H50")


@dataclass(frozen=True, slots=True)
class Duty:
    """One role of an official at one portal. Two administrators stand behind it, by their slugs."""

    portal: str
    agency: str
    office: str
    role: str
    position: str
    proposed_by: str = "admin-1"
    approved_by: str = "admin-2"
    valid_from: date = date(2024, 1, 2)
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up person with everything that a demo types for him or her."""

    slug: str
    vi: str
    en: str
    person: Person
    phone: str
    eid: EidAccount | None = None
    old_accounts: tuple[OldAccount, ...] = ()
    duties: tuple[Duty, ...] = ()
    edits_commune_site: bool = False

    @property
    def full_name(self) -> str:
        return self.person.full_name

    @property
    def personal_id(self) -> str:
        return self.person.personal_id

    @property
    def birth_date(self) -> str:
        return self.person.birth_date

    @property
    def sex(self) -> Sex:
        return self.person.sex

    @property
    def email(self) -> str:
        return f"{self.slug}@example.vn"

    @property
    def portal_login(self) -> str | None:
        """What the person types at the old sign-in of the first old account; None without one."""
        return self.old_accounts[0].login if self.old_accounts else None

    @property
    def portal_password(self) -> str | None:
        return self.old_accounts[0].password if self.old_accounts else None

    @property
    def eid_password(self) -> str | None:
        return self.eid.password if self.eid else None

    @property
    def eid_level(self) -> int | None:
        return self.eid.level if self.eid else None

    @property
    def eid_state(self) -> str | None:
        return self.eid.state if self.eid else None


def at(text: str) -> datetime:
    """A moment in Vietnam, from ``2024-04-22 08:15``."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def record(number: str, name: str, born: str, home: str, line: str = "Thôn Hà Lệt") -> Person:
    """A record; ``home`` is ``household/relation``, its first letters the commune.

    The surname Hồ is that of the Bru-Vân Kiều here, so the ethnicity follows it.
    """
    household, relation = home.split("/")
    return Person(
        personal_id=number,
        full_name=name,
        birth_date=born,
        sex="M" if int(number[3]) % 2 == 0 else "F",
        household=household,
        relation=relation,
        ethnicity="Bru-Vân Kiều" if name.startswith("Hồ ") else "Kinh",
        permanent_residence=Residence(COMMUNES[household[:2]], line, date(2015, 3, 2)),
    )


def demo_phone(last: int) -> str:
    """A number of the demo range, ``0900000123`` for 123."""
    return f"0900000{last:03}"


def demo_person(
    slug: str,
    person: Person,
    phone: int,
    vi: str,
    en: str,
    *,
    eid: EidAccount | None = ACTIVE,
    accounts: tuple[OldAccount, ...] = (),
    duties: tuple[Duty, ...] = (),
    edits_commune_site: bool = False,
) -> DemoPerson:
    """A person; the e-ID account gets phone, mail and password unless it says otherwise."""
    if eid is not None:
        eid = replace(eid, phone=eid.phone or demo_phone(phone), email=f"{slug}@example.vn", password=EID_PASSWORD)
    named = tuple(replace(one, email=one.email or f"{slug}@example.vn") for one in accounts)
    return DemoPerson(slug, vi, en, person, demo_phone(phone), eid, named, duties, edits_commune_site)


def old_account(person: Person, phone: int, **facts: object) -> OldAccount:
    """An old account that says what its owner says; ``facts`` change it. With a number it is matched."""
    settled: dict[str, object] = {
        "full_name": person.full_name,
        "birth_date": person.birth_date,
        "phone": demo_phone(phone),
        "personal_id": person.personal_id,
        "commune": person.permanent_residence.unit_code if person.permanent_residence else None,
        "matched": True,
        "password": PORTAL_PASSWORD,
        "last_sign_in_at": at("2024-04-22 08:15"),
    }
    return OldAccount(**(settled | facts))  # type: ignore[arg-type]
