"""How every rule about an account is written: a list of necessary conditions, walked in order. Pure.

The first condition that fails names the refusal; nothing is weighed against anything. The pages in `docs/` are made
from the same lists (`deciding.rules_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Facts = TypeVar("Facts")
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Condition(Generic[Facts, Code]):
    """One necessary condition: `fails(facts)` -> refused with `code`. `text` goes into the docs."""

    code: Code
    text: str
    fails: Callable[[Facts], bool]


def first_failing(
    conditions: Iterable[Condition[Facts, Code]], facts: Facts, *, but: Code | None = None
) -> Code | None:
    """The code of the first condition that fails (`but`: leave this one out), None when all hold."""
    for condition in conditions:
        if condition.code is not but and condition.fails(facts):
            return condition.code
    return None


def table(title: str, conditions: Iterable[Condition[Facts, Code]]) -> str:
    """The conditions as a Markdown table."""
    rows = [f"| {n} | {c.text} | `{c.code}` |" for n, c in enumerate(conditions, 1)]
    return "\n".join([f"| # | {title} | else refused with |", "| --- | --- | --- |", *rows]) + "\n"
