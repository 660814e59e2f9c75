"""Small wrongs that somebody could write by accident: every one that a Python module can hold, as source to load.

Own, because the libraries do not fit: cosmic-ray starts pytest anew for each mutant (two seconds and more of
imports), mutmut replaces functions only, and here the rules are also data: tables, structs, constants of a module.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
# Not behaviour: what a type checker, a debugger or a cache reads.
_IDLE_NAMES = {"__all__", "log"}
_IDLE_KEYWORDS = {"frozen", "kw_only", "omit_defaults", "gc", "cache_hash", "maxsize", "slots"}


@dataclass(frozen=True)
class Mutant:
    """One wrong: where it is, what it does, and the whole module with it."""

    module: str
    line: int
    number: int
    what: str
    in_function: bool

    @property
    def key(self) -> str:
        """Its name within one version of the module."""
        return f"{self.module}:{self.number}"


def of(module: str, source: str) -> Iterator[tuple[Mutant, Callable[[], ast.Module]]]:
    """Every mutant of a module, with what makes its tree, in the order of the source."""
    tree = ast.parse(source)
    number = 0
    for node, in_function in _places(tree, in_function=False):
        for what, change in _changes(node):
            yield Mutant(module, node.lineno, number, what, in_function), partial(_with, tree, node, change)
            number += 1


def _places(node: ast.AST, *, in_function: bool) -> Iterator[tuple[ast.expr | ast.stmt, bool]]:
    """Nodes that can be wrong. Annotations, docstrings, texts of errors and idle names are passed over."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params"} or (isinstance(node, ast.Raise) and name == "exc"):
            continue
        if isinstance(node, ast.AnnAssign | ast.Assign) and _is_idle(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_docstring(node, child):
                continue
            if isinstance(child, ast.keyword) and child.arg in _IDLE_KEYWORDS:
                continue
            if isinstance(child, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in child.bases):
                continue  # the values of an Enum are names that nothing compares
            if isinstance(child, ast.Subscript) and ast.unparse(child.value) == "Literal":
                continue
            if isinstance(child, ast.JoinedStr):
                continue  # a text for people or a name put together: its parts are judged where they are made
            if isinstance(child, ast.expr | ast.stmt):
                yield child, in_function
            inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _places(child, in_function=inside)


def _is_idle(node: ast.AnnAssign | ast.Assign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id in _IDLE_NAMES for target in targets)


def _is_docstring(parent: ast.AST, child: ast.AST) -> bool:
    holds_one = isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return holds_one and isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        other = _COMPARE[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} to {other.__name__}", _replaced(node, ops=[other()])
    elif isinstance(node, ast.BoolOp):
        other_word = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} to {type(other_word).__name__}", _replaced(node, op=other_word)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not taken away", node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        other_sign = _ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} to {other_sign.__name__}", _replaced(node, op=other_sign())
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.If | ast.IfExp):
        yield "condition turned round", _replaced(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Raise):
        yield "raise taken away", ast.Pass()
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "returns None", _replaced(node, value=ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "call taken away", ast.Pass()


def _constants(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} to {not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} to {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and value:
        yield f"{value[:20]!r} changed", ast.Constant(f"X{value}")
    elif isinstance(value, bytes) and value:
        yield f"{value[:20]!r} changed", ast.Constant(b"X" + value)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _replaced(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _with(tree: ast.Module, old: ast.AST, new: ast.AST) -> ast.Module:
    """The tree with one node exchanged; the tree itself stays whole: all else is copied."""
    memo: dict[int, object] = {id(old): ast.copy_location(copy.copy(new), old)}
    changed: ast.Module = copy.deepcopy(tree, memo)
    return ast.fix_missing_locations(changed)
