"""One function for every decision about a link: facts in, decision out. Pure; the docs are made from its tables.

Whoever changes a rule changes `RULES`: each entry of the ledger says by which version it was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import singledispatch

from portal.accounts import conditions, linking, merging, undoing

RULES = "2026-11"
"""Version of the rules of this release."""


@singledispatch
def decide(facts: object) -> StrEnum:
    """The first condition that fails, or the code of success. A kind of facts that has no rule is refused loudly."""
    raise TypeError(f"no rule decides about {type(facts).__name__}")


@decide.register
def _link(facts: linking.LinkFacts) -> StrEnum:
    return linking.decide(facts).code


@decide.register
def _undo(facts: undoing.UndoFacts) -> StrEnum:
    return conditions.first_failing(undoing.UNDO, facts) or undoing.UndoCode.UNDONE


@decide.register
def _freeze(facts: undoing.FreezeFacts) -> StrEnum:
    return conditions.first_failing(undoing.FREEZE, facts) or undoing.FreezeCode.FROZEN


@decide.register
def _unfreeze(facts: undoing.UnfreezeFacts) -> StrEnum:
    return conditions.first_failing(undoing.UNFREEZE, facts) or undoing.FreezeCode.UNFROZEN


@decide.register
def _merge(facts: merging.RecordFacts) -> StrEnum:
    return merging.decide(facts).place


def rules_table() -> str:
    """The page `docs/linking-rules.md`, whole."""
    parts: Sequence[tuple[str, str]] = (
        ("When an old account is linked", conditions.table("A link is made only when", linking.CONDITIONS)),
        ("What comes along when accounts come together", merging.table()),
        ("When a link is undone", conditions.table("A link is undone only when", undoing.UNDO)),
        ("When an account is frozen", conditions.table("An account is frozen only when", undoing.FREEZE)),
        ("When a freeze ends", conditions.table("A freeze is taken back only when", undoing.UNFREEZE)),
    )
    head = (
        f"# The rules of links (version {RULES})\n\n"
        "Made from `portal/accounts/` (`linking.py`, `merging.py`, `undoing.py`) by `portal linking-rules`; a test "
        "compares them.\nThe conditions are walked in order; the first that fails names the refusal. None is weighed "
        "against another.\n"
    )
    return head + "".join(f"\n## {title}\n\n{body}" for title, body in parts)
