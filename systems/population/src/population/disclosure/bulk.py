"""Answers about many people as one byte each. Pure: the same rule as a single verification (`disclosure.answer`)."""

from typing import Final

from population.disclosure.answer import Answer, to_proven
from population.people.comparison import FieldResult, Overall, Verdict
from population.people.record import State

#: Rows that are answered, counted and logged together.
CHUNK_ROWS: Final = 32_768
NOT_FOUND: Final = 0
INVALID: Final = 255

_NAMES: Final[tuple[FieldResult, ...]] = ("MATCH", "ACCENTS_DIFFER", "NO_MATCH")
_BIRTHS: Final[tuple[FieldResult, ...]] = ("MATCH", "INSUFFICIENT", "NO_MATCH")
STATES: Final[tuple[State, ...]] = ("live", "dead", "cancelled", "merged")


def code(verdict: Verdict, state: State) -> int:
    """The byte of a comparison with a record that exists: 1 to 36."""
    name, born = verdict.fields[0][1], verdict.fields[1][1]
    return 1 + (_NAMES.index(name) * len(_BIRTHS) + _BIRTHS.index(born)) * len(STATES) + STATES.index(state)


def answer(byte: int) -> Answer | None:
    """The answer that a byte stands for; None for a row that could not be read.

    Raises ValueError for a byte that stands for nothing.
    """
    if byte == INVALID:
        return None
    if byte == NOT_FOUND:
        return to_proven(None, None)
    compared, state = divmod(byte - 1, len(STATES))
    if not 0 <= compared < len(_NAMES) * len(_BIRTHS):
        raise ValueError("no byte of an answer")
    name, born = _NAMES[compared // len(_BIRTHS)], _BIRTHS[compared % len(_BIRTHS)]
    overall: Overall = "MATCH"
    if name != "MATCH" or born == "NO_MATCH":
        overall = "NO_MATCH"
    elif born == "INSUFFICIENT":
        overall = "INSUFFICIENT"
    fields: tuple[tuple[str, FieldResult], ...] = (("full_name", name), ("birth_date", born), ("personal_id", "MATCH"))
    return to_proven(Verdict(overall, fields), STATES[state])


def shows_something(byte: int) -> bool:
    """Whether the asker learned anything but a bare no (as the owner's history says of it)."""
    told = answer(byte)
    return told is not None and told.shows_something


ALL: Final = (NOT_FOUND, *range(1, 1 + len(_NAMES) * len(_BIRTHS) * len(STATES)), INVALID)
