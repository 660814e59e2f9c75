"""`motcua prove mutation` and `prove protocol`: what counts as a wrong, and what is counted."""

from __future__ import annotations

import ast

from sandbox import mutants, protocol

SOURCE = '''
"""Words for people."""
import enum
LIMIT: int = 3
class Step(enum.Enum):
    LOGIN = "login"
def judge(age: int, name: "str") -> bool:
    """More words."""
    if age < LIMIT and name:
        raise ValueError(f"too young {name}")
    forget(age)
    return age == 5
'''


def test_every_small_wrong_is_made_once_and_can_be_loaded() -> None:
    made = {(mutant.line, mutant.what): tree() for mutant, tree in mutants.of("m", SOURCE)}
    for tree in made.values():
        compile(tree, "m", "exec")
        assert ast.unparse(tree) != ast.unparse(ast.parse(SOURCE))
    assert set(made) == {
        (4, "3 to 4"), (9, "condition turned round"), (9, "And to Or"), (9, "Lt to LtE"), (10, "raise taken away"),
        (11, "call taken away"), (12, "returns None"), (12, "Eq to NotEq"), (12, "5 to 6"),
    }  # fmt: skip


def test_the_tree_itself_stays_whole() -> None:
    before = ast.unparse(ast.parse(SOURCE))
    for _, tree in mutants.of("m", SOURCE):
        tree()
    assert ast.unparse(ast.parse(SOURCE)) == before


def test_examples_are_counted_as_hypothesis_says_them() -> None:
    said = "    - 100 passing, 2 failing, and 6 invalid test cases\n"
    assert protocol._STATISTICS.findall(said) == [("100", "2", "6")]
