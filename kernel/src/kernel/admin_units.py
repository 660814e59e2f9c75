"""Administrative units with the dates between which they exist (Resolution 202/2025/QH15, Decision 19/2025/QĐ-TTg).

Codes come again: 19432 is the town Lao Bảo until 30 June 2025 and the commune Lao Bảo, another and larger unit,
afterwards; 45 is Quảng Trị before, 44 is Quảng Trị (once Quảng Bình) after. So every question names a date. The table
``data/admin_units.csv`` holds the provinces of both times, the old district Hướng Hóa and all of the new Quảng Trị;
``valid_to`` is the first day on which a unit is no more.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

MERGER = date(2025, 7, 1)

_KINDS = {
    "tinh": "tỉnh",
    "thanh_pho": "thành phố",
    "huyen": "huyện",
    "thi_tran": "thị trấn",
    "xa": "xã",
    "phuong": "phường",
    "dac_khu": "đặc khu",
}


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """One unit in one span of its life. ``became`` is the code of the unit that took it over whole, if one did."""

    code: str
    kind: str
    name: str
    within: str
    valid_from: date
    valid_to: date
    became: str

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day < self.valid_to

    @property
    def title(self) -> str:
        """``Xã Tân Thành``."""
        word = _KINDS[self.kind]
        return f"{word[0].upper()}{word[1:]} {self.name}"


@cache
def _units() -> tuple[AdminUnit, ...]:
    text = files("kernel").joinpath("data/admin_units.csv").read_text(encoding="utf-8")
    return tuple(
        AdminUnit(
            row["code"],
            row["kind"],
            row["name"],
            row["within"],
            date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max,
            row["became"],
        )
        for row in csv.DictReader(text.splitlines())
    )


OLD_PROVINCES: dict[str, str] = {
    unit.code: unit.name for unit in _units() if not unit.within and unit.valid_from == date.min
}


def unit(code: str, day: date) -> AdminUnit | None:
    """The unit that carries this code on this day."""
    return next((one for one in _units() if one.code == code and one.exists_on(day)), None)


def units_within(code: str, day: date) -> tuple[AdminUnit, ...]:
    """The units directly inside one on a day, by code: districts of an old province, communes of a new one."""
    return tuple(sorted((u for u in _units() if u.within == code and u.exists_on(day)), key=lambda u: u.code))


def successor(old: AdminUnit, day: date) -> AdminUnit | None:
    """The unit that an old unit is part of on a day: itself while it exists, None when split or not listed."""
    seen: AdminUnit | None = old
    while seen is not None and not seen.exists_on(day):
        if day < seen.valid_from or not seen.became:
            return None
        seen = unit(seen.became, seen.valid_to)
    return seen


def predecessors(new: AdminUnit) -> tuple[AdminUnit, ...]:
    """The units that were merged into a unit on its first day, by code."""
    came = (u for u in _units() if u.became == new.code and u.valid_to == new.valid_from)
    return tuple(sorted(came, key=lambda u: u.code))


def full_name(code: str, day: date) -> str | None:
    """``Xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị``, as the address was written on that day."""
    here = unit(code, day)
    if here is None:
        return None
    parts = [here.title]
    while here.within and (here := unit(here.within, day)) is not None:
        parts.append(f"{_KINDS[here.kind]} {here.name}")
    return ", ".join(parts)
