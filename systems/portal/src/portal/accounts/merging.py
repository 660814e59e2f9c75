"""Several old accounts of one person come together: what comes along, what stays, what is asked. Pure.

Architecture section 4 ("one e-ID may hold many portal accounts"). A record keeps its code and its history; nothing is
rewritten to fit. Where two accounts say different things the person is asked; nothing is guessed, nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a record of the old account lies after the link."""

    COMES = "comes"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record of the old account, and what the person holds already.

    `same_record_there`: the same content from the same source under the same dossier. `open_work_there`: it is
    unfinished work (a draft) and the person has unfinished work for the same purpose. `known_contact`: it is a contact
    point that the person has confirmed already.
    """

    kind: str
    same_record_there: bool = False
    open_work_there: bool = False
    known_contact: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """`place`, and whether the person is asked before either of the two is used."""

    place: Place
    asked: bool = False


ROWS: tuple[tuple[str, RecordFacts, str], ...] = (
    ("a dossier", RecordFacts("dossier"), "code, owner and history stay as they are"),
    ("a paper that the person does not have", RecordFacts("document"), "content and hash stay as they are"),
    (
        "a paper that the person has already",
        RecordFacts("document", same_record_there=True),
        "both are kept: the copy stays with the old account, and the page says so",
    ),
    ("a draft", RecordFacts("draft"), "answers stay as they are"),
    (
        "a draft of a procedure for which the person has one already",
        RecordFacts("draft", open_work_there=True),
        "both are kept; the person chooses which to go on with",
    ),
    ("a contact point", RecordFacts("contact"), "it counts once the person has confirmed it with a code"),
    ("a contact point that the person has confirmed", RecordFacts("contact", known_contact=True), "already there"),
    ("a role of an official", RecordFacts("role"), "roles come from the duty table alone, never from a link"),
    ("a password, a session, a code, a recovery", RecordFacts("credential"), "ends; nobody uses it again"),
)


def decide(facts: RecordFacts) -> Joined:
    """Where this record lies afterwards, and whether something is asked."""
    # guard: roles-and-credentials-never-come-with-a-link
    if facts.kind in ("role", "credential"):
        return Joined(Place.STAYS)
    if facts.kind == "contact":
        return Joined(Place.STAYS) if facts.known_contact else Joined(Place.COMES, asked=True)
    if facts.same_record_there:
        return Joined(Place.STAYS)
    return Joined(Place.COMES, asked=facts.open_work_there)


def table() -> str:
    """The rows above, decided, as a Markdown table."""
    rows = []
    for what, facts, why in ROWS:
        joined = decide(facts)
        rows.append(f"| {what} | {joined.place} | {'yes' if joined.asked else 'no'} | {why} |")
    return "\n".join(["| What the old account holds | it | asked | |", "| --- | --- | --- | --- |", *rows]) + "\n"
