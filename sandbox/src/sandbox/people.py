"""The demo people as a table for the terminal and for the sandbox's page: who, what for, how to sign in."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from synthetic import demo
from synthetic.demo_person import DemoPerson

STATES = {
    "vi": {
        "active": "",
        "locked": ", đang bị khóa",
        "not_activated": ", chưa kích hoạt",
        "dead": ", chủ tài khoản đã mất",
    },
    "en": {"active": "", "locked": ", locked", "not_activated": ", not activated", "dead": ", the owner has died"},
}
WORDS = {"vi": ("mức độ", "không có"), "en": ("level", "none")}


@dataclass(frozen=True)
class Card:
    """One demo person in one language."""

    full_name: str
    purpose: str
    personal_id: str
    phone: str
    portal: tuple[str, ...]
    eid: str
    eid_password: str


def card(person: DemoPerson, language: str) -> Card:
    """What a person at the keyboard needs to play this person."""
    level, none = WORDS[language]
    portal = tuple(f"{account.login} / {account.password}" for account in person.old_accounts if account.password)
    eid = f"{level} {person.eid.level}{STATES[language][person.eid.state]}" if person.eid else none
    return Card(
        person.full_name,
        person.vi if language == "vi" else person.en,
        person.personal_id,
        person.phone,
        portal or (none,),
        eid,
        person.eid_password or "",
    )


def cards(language: str) -> list[Card]:
    """All demo people, in the order of the table."""
    return [card(person, language) for person in demo.PEOPLE]


def terminal_table() -> str:
    """The table that `up` and `people` print: two lines for each person."""
    lines = ["  Demo people (all made up). Old account: number / password. VNeID password of all: " + demo.EID_PASSWORD]
    for one in cards("en"):
        head = f"  {one.full_name:<22} {one.personal_id}  {one.phone}  old: {', '.join(one.portal)}  VNeID: {one.eid}"
        lines += [head, *textwrap.wrap(one.purpose, 100, initial_indent="      ", subsequent_indent="      ")]
    return "\n".join(lines)
