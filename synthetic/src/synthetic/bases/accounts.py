"""Columns of old accounts, spoiled by the noise, and of the truth about each."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from synthetic.bases import spoiling
from synthetic.bases.noise import Noise
from synthetic.bases.register import Flags, Ints, People, Texts, age_on, birth_dates

_TAX_WEIGHTS = np.array((31, 29, 23, 19, 17, 13, 7, 5, 3))
_CREATED_FROM, _CREATED_TO = np.datetime64("2019-12-09"), np.datetime64("2024-05-01")
_COUNTRIES = ("Lào", "Hàn Quốc", "Trung Quốc", "Nhật Bản", "Thái Lan")
EIGHTEEN, GUARDED_UNDER = 18, 14

Columns = dict[str, object]


def _check_digit(bodies: Ints) -> Ints:
    """The tenth digit of tax codes (Circular 105/2020); 10 where there is none."""
    digits = np.stack([bodies // 10**place % 10 for place in range(8, -1, -1)], axis=1)
    return np.asarray(10 - (digits * _TAX_WEIGHTS).sum(axis=1) % 11)


@dataclass(slots=True)
class Made:
    """One batch: accounts, the truth about each (same order), the organisations that some of them act for."""

    accounts: Columns
    truth: Columns
    organisations: Columns


def texts(numbers: Ints, width: int, missing: Flags | None = None) -> Texts:
    """Numbers as digits with leading zeros; None where ``missing``."""
    made = np.char.zfill(numbers.astype(str), width).astype(object)
    if missing is not None:
        made[missing] = None
    return np.asarray(made)


def accounts(people: People, seed: int, batch: int, noise: Noise, before: int) -> Made:
    """The old accounts of one batch of people; ``before`` accounts were made in batches before it."""
    rng, letters = np.random.default_rng([seed, batch, 1]), Random(f"{seed}:{batch}:spoiling")
    owner = _owners(rng, people, noise)
    again = owner[noise.happens(rng, "account.second", len(owner))]
    second = np.repeat([False, True], [len(owner), len(again)])
    owner = np.concatenate([owner, again])
    return _Accounts(people, owner, second, noise, before, rng=rng, letters=letters).made()


def _owners(rng: np.random.Generator, people: People, noise: Noise) -> Ints:
    age, n = age_on(people.born), len(people)
    rate = np.where(age < GUARDED_UNDER, noise.rates["person.minor_with_account"], 0.0)
    rate = np.where(age >= EIGHTEEN, noise.rates["person.adult_with_account"], rate)
    rate = np.where(people.state == "dead", noise.rates["person.dead_with_account"] * (age >= EIGHTEEN), rate)
    return np.flatnonzero((rng.random(n) < rate) & (people.merged_into == 0))


class _Accounts:
    """The accounts of one batch in the making."""

    def __init__(
        self,
        people: People,
        owner: Ints,
        second: Flags,
        noise: Noise,
        before: int,
        *,
        rng: np.random.Generator,
        letters: Random,
    ) -> None:
        self.people, self.owner, self.second = people, owner, second
        self.rng, self.letters, self.noise, self.before, self.n = rng, letters, noise, before, len(owner)

    def made(self) -> Made:
        one, rng, n = self.people.take(self.owner), self.rng, self.n
        drawn = {group: self.noise.draw(rng, group, n) for group in ("name", "number", "birth_date")}
        flags = {
            kind: self.noise.happens(rng, f"account.{kind}", n)
            for kind in ("never_signed_in", "insufficient", "household_phone", "foreigner", "official", "organisation")
        }
        alive = (one.state == "live") & (age_on(one.born) >= EIGHTEEN)
        flags["foreigner"] &= alive
        flags["organisation"] &= alive & ~flags["foreigner"]
        flags["official"] &= alive & ~flags["foreigner"] & ~flags["organisation"]
        keys = np.char.add("A", np.char.zfill((self.before + np.arange(n)).astype(str), 9)).astype(object)
        name, name_noise = self._names(one, drawn["name"])
        birth_date, date_noise = self._dates(one, drawn["birth_date"])
        number, id9, number_noise = self._numbers(one, drawn["number"])
        empty = flags["insufficient"]
        birth_date[empty], number[empty], id9[empty] = "", None, None
        foreign = flags["foreigner"]
        number[foreign], id9[foreign] = None, None
        tax, organisations = self._organisations(one, flags["organisation"])
        columns = self._rest(one, flags) | {
            "account_key": keys, "kind": self._kinds(flags), "personal_id": number, "legacy_id9": id9,
            "tax_code": tax, "full_name": name, "birth_date": birth_date,
        }  # fmt: skip
        situation = np.select(
            [foreign, flags["organisation"], flags["official"], empty, one.state == "dead", age_on(one.born) < 14],
            ["foreigner", "organisation", "official", "insufficient", "dead", "minor"],
            "plain",
        ).astype(object)
        truth: Columns = {
            "account_key": keys,
            "belongs_to": texts(one.number, 12, foreign),
            "situation": situation,
            "name_noise": name_noise, "number_noise": number_noise, "date_noise": date_noise,
            "never_signed_in": flags["never_signed_in"], "second": self.second, "twin": one.twin,
            "namesake": one.namesake, "father_and_son": one.father_and_son,
            "household_phone": flags["household_phone"],
        }  # fmt: skip
        return Made(columns, truth, organisations)

    def _labels(self, group: str, drawn: Ints, really: Flags) -> Texts:
        kinds = np.array([*self.noise.kinds(group), "none"], dtype=object)
        return np.asarray(kinds[np.where(really, drawn, -1)])

    def _names(self, one: People, drawn: Ints) -> tuple[Texts, Texts]:
        names = one.full_name.copy()
        for position, kind in enumerate(self.noise.kinds("name")):
            rows = np.flatnonzero(drawn == position)
            if kind == "married":
                rows = rows[~one.male[rows]]
                husbands = self.people.full_name[(self.owner[rows] + self.n // 3) % len(self.people)]
                for row, husband in zip(rows, husbands, strict=True):
                    names[row] = " ".join([husband.split(" ")[0], *names[row].split(" ")[1:]])
                continue
            for row in rows:
                names[row] = spoiling.NAMES[kind](self.letters, names[row])
        # A name without accents has none to lose: then nothing is wrong.
        return names, self._labels("name", drawn, names != one.full_name)

    def _dates(self, one: People, drawn: Ints) -> tuple[Texts, Texts]:
        whole = birth_dates(one.born, one.vague)
        dates = whole.copy()
        for position, kind in enumerate(self.noise.kinds("birth_date")):
            for row in np.flatnonzero(drawn == position):
                dates[row] = spoiling.DATES[kind](self.letters, dates[row])
        return dates, self._labels("birth_date", drawn, dates != whole)

    def _numbers(self, one: People, drawn: Ints) -> tuple[Texts, Texts, Texts]:
        kind = self._labels("number", drawn, np.ones(self.n, bool))
        kind[(kind == "nine_digits") & (one.id9 == 0)] = "none"
        kind[self.second & (self.rng.random(self.n) < 0.5) & (one.id9 > 0)] = "nine_digits"
        number, id9 = texts(one.number, 12), texts(one.id9, 9, one.id9 == 0)
        id9[kind != "nine_digits"] = None
        number[np.isin(kind, ["nine_digits"])] = None
        # "none" of the noise is no number at all; rows without noise are called none too, and keep theirs.
        without = (drawn == self.noise.kinds("number").index("none")) & (kind != "nine_digits")
        number[without] = None
        kind[without] = "no_number"
        others = np.flatnonzero(kind == "someone_elses")
        number[others] = texts(self.people.number[(self.owner[others] + 1) % len(self.people)], 12)
        for row in np.flatnonzero(kind == "digit_wrong"):
            number[row] = spoiling.digit_wrong(self.letters, number[row])
        former = dict(zip(self.people.merged_into, self.people.number, strict=True))
        rows = np.flatnonzero(kind == "former")
        kind[rows] = "none"
        for row in np.flatnonzero(np.isin(one.number, [key for key in former if key]) & (kind == "none")):
            number[row] = f"{former[one.number[row]]:012}"
            kind[row] = "former"
        return number, id9, kind

    def _organisations(self, one: People, here: Flags) -> tuple[Texts, Columns]:
        tax = np.full(self.n, None, object)
        rows = np.flatnonzero(here)
        digits = self.before + rows + 100_000_000
        check = _check_digit(digits)
        while (check == 10).any():  # such a body has no code
            digits[check == 10] += 100_000_000
            check = _check_digit(digits)
        tax[rows] = [f"{body:09}{last}" for body, last in zip(digits, check, strict=True)]
        gone = self.noise.happens(self.rng, "organisation.representative_gone", len(rows))
        someone = self.people.number[(self.owner[rows] + 7) % len(self.people)]
        now = np.where(gone, someone, one.number[rows])
        named = np.array([f"Công ty {code}" for code in tax[rows]], object)
        return tax, {"tax_code": tax[rows], "name": named, "representative_id": texts(now, 12)}

    def _kinds(self, flags: dict[str, Flags]) -> Texts:
        kinds = np.full(self.n, "citizen", object)
        kinds[flags["official"]], kinds[flags["organisation"]] = "official", "organisation"
        return kinds

    def _rest(self, one: People, flags: dict[str, Flags]) -> Columns:
        rng, n, never, foreign = self.rng, self.n, flags["never_signed_in"], flags["foreigner"]
        span = int((_CREATED_TO - _CREATED_FROM).astype(int))
        made = rng.integers(0, span, n)
        last = made + (rng.random(n) ** 0.5 * (span - made)).astype(np.int64)
        phone = np.where(flags["household_phone"], one.household, 5_000_000 + self.before + np.arange(n)) % 10_000_000
        count = rng.choice(4, n, p=(0.6, 0.25, 0.1, 0.05)) * ~never
        papers = rng.choice(3, n, p=(0.7, 0.2, 0.1)) * ~never
        signed = (_CREATED_FROM + last).astype(str).astype(object)
        signed[never] = None
        nation = np.where(foreign, np.array(_COUNTRIES, object)[rng.integers(0, len(_COUNTRIES), n)], "Việt Nam")
        passport = np.full(n, None, object)
        passport[foreign] = [f"P{number:08}" for number in rng.integers(0, 10**8, int(foreign.sum()))]
        elsewhere = rng.random(n) < 0.05
        commune = np.where(elsewhere, np.roll(one.commune, 1), one.commune)
        return {
            "phone": np.char.add("095", np.char.zfill(phone.astype(str), 7)).astype(object),
            "nationality": nation, "passport": passport, "commune": commune,
            "created_at": (_CREATED_FROM + made).astype(str).astype(object), "last_sign_in_at": signed,
            "dossier_count": count, "document_count": papers, "role_count": flags["official"].astype(np.int64),
        }  # fmt: skip
