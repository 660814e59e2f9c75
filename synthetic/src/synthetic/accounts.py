"""The old accounts and e-ID accounts of made-up people, wrong in the ways that real ones are wrong.

Each old account carries the truth: it belongs to the person it was made for, and ``twist`` says what is wrong with it.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from kernel import vietnamese_names
from kernel.country_time import VIETNAM
from synthetic.households import AS_OF
from synthetic.numbers import Numbers
from synthetic.records import EidAccount, OldAccount, OldDossier, Person

HAS_OLD_ACCOUNT = 0.35
SECOND_ACCOUNT = 0.04
HAS_EID = 0.78
MATCHED = 0.55

_TWISTS = {
    "none": 640,
    "nine_digits": 95,
    "no_number": 95,
    "accents_lost": 60,
    "accent_wrong": 30,
    "typo": 25,
    "year_only": 20,
    "day_month_swapped": 12,
    "someone_elses_number": 8,
    "recycled_phone": 15,
}
_PROCEDURES = ("1.004194", "1.004222", "1.001193")
_TONES = str.maketrans("áàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ", "àảãạáèẻẽẹéìỉĩịíòỏõọóùủũụúỳỷỹỵý")


def _age(person: Person) -> int:
    return AS_OF.year - int(person.birth_date[:4])


def eid_account(rng: Random, person: Person, phone: str) -> EidAccount | None:
    """An e-ID account without a password: it exists, and its owner would still have to set one."""
    if person.state not in {"live", "dead"} or _age(person) < 14 or rng.random() >= HAS_EID:
        return None
    level = 2 if rng.random() < 0.85 else 1
    made = EidAccount(level=level, phone=phone, phone_since=date(rng.randint(2019, 2023), 1, 1))  # type: ignore[arg-type]
    if person.state == "dead":
        return replace(made, state="dead")
    draw = rng.random()
    if draw < 0.015:
        return replace(made, state="locked", lock_reason="card_expired" if rng.random() < 0.6 else "own_request")
    return replace(made, state="not_activated") if draw < 0.07 else made


def old_accounts(rng: Random, person: Person, neighbour: Person, phone: str, numbers: Numbers) -> list[OldAccount]:
    """None, one or two. ``neighbour`` is whose number stands in an account with ``someone_elses_number``."""
    if person.state in {"cancelled", "merged"} or _age(person) < 16 or rng.random() >= HAS_OLD_ACCOUNT:
        return []
    twist = rng.choices(list(_TWISTS), list(_TWISTS.values()))[0]
    plain = _plain(rng, person, phone)
    if twist == "recycled_phone":
        first = replace(plain, phone=numbers.phone(), twist=twist)
    else:
        wrong = _twisted(rng, plain, person, neighbour, twist)
        # A name without accents has none to lose: then nothing is wrong.
        first = plain if wrong == plain else replace(wrong, matched=False, twist=twist)
    if rng.random() >= SECOND_ACCOUNT:
        return [first]
    second = _twisted(rng, _plain(rng, person, numbers.phone()), person, neighbour, "nine_digits")
    return [first, replace(second, matched=False, twist="second_account")]


def _plain(rng: Random, person: Person, phone: str) -> OldAccount:
    created = datetime(2019, 12, 9, 8, tzinfo=VIETNAM) + timedelta(minutes=rng.randrange(1600 * 24 * 60))
    end = datetime(2024, 5, 4, 12, tzinfo=VIETNAM)
    dossiers = tuple(
        OldDossier(rng.choice(_PROCEDURES), created + (end - created) * rng.random(), rng.choice((2, 4, 9, 10, 10, 10)))
        for _ in range(rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0])
    )
    return OldAccount(
        full_name=person.full_name,
        birth_date=person.birth_date,
        phone=phone,
        personal_id=person.personal_id,
        commune=person.permanent_residence.unit_code if person.permanent_residence else None,
        created_at=created,
        last_sign_in_at=created + (end - created) * rng.random(),
        matched=rng.random() < MATCHED,
        dossiers=dossiers,
        documents=tuple(f"Giấy tờ {position}.pdf" for position in range(1, rng.choices((1, 2, 3), (70, 20, 10))[0])),
    )


def _twisted(rng: Random, plain: OldAccount, person: Person, neighbour: Person, twist: str) -> OldAccount:
    if twist == "nine_digits":
        return replace(plain, personal_id=None, legacy_id9=person.legacy_id9)
    if twist == "no_number":
        return replace(plain, personal_id=None)
    if twist == "accents_lost":
        return replace(plain, full_name=vietnamese_names.fold(person.full_name).title())
    if twist == "accent_wrong":
        return replace(plain, full_name=person.full_name.translate(_TONES))
    if twist == "typo":
        return replace(plain, full_name=_swap_letters(rng, person.full_name))
    if twist == "year_only":
        return replace(plain, birth_date=person.birth_date[:4])
    if twist == "day_month_swapped" and len(person.birth_date) == 10 and int(person.birth_date[8:]) <= 12:
        year, month, day = person.birth_date.split("-")
        return replace(plain, birth_date=f"{year}-{day}-{month}")
    if twist == "someone_elses_number":
        return replace(plain, personal_id=neighbour.personal_id)
    return plain


def _swap_letters(rng: Random, name: str) -> str:
    place = rng.randrange(1, len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
