"""Reads the plain part of YAML that publiccode.yml is written in, and refuses everything else.

Mappings and lists by indentation of two, scalars plain or in double quotes, literal blocks (`|`). No anchors, tags,
flow collections or folded text: a catalogue's reader and this one must agree.
"""

from __future__ import annotations

import re
from typing import Any

_KEY = re.compile(r"([A-Za-z][\w-]*):(?: (.*))?$")
_SPECIAL = "&*!|>%@`{}[]'#?"


class NotPlain(ValueError):
    """A line that this reader does not take; the text says which."""


def load(text: str) -> dict[str, Any]:
    """The document as dictionaries, lists and strings. Raises NotPlain."""
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip(), number)
        for number, line in enumerate(text.splitlines(), start=1)
        if not line.strip().startswith("#")
    ]
    value, rest = _block(lines, 0)
    if [entry for entry in rest if entry[1]]:
        raise NotPlain(f"line {rest[0][2]}: unexpected indentation")
    if not isinstance(value, dict):
        raise NotPlain("line 1: a mapping is expected")
    return value


def _scalar(text: str, number: int) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"' and "\\" not in text and '"' not in text[1:-1]:
        return text[1:-1]
    if not text or text[0] in _SPECIAL or text[0] == '"' or ": " in text or " #" in text:
        raise NotPlain(f"line {number}: {text!r} is not a plain scalar")
    return text


def _literal(lines: list[tuple[int, str, int]], indent: int) -> tuple[str, list[tuple[int, str, int]]]:
    taken = []
    while lines and (not lines[0][1] or lines[0][0] > indent):
        taken.append(lines.pop(0)[1])
    return "\n".join(taken).strip() + "\n", lines


def _block(lines: list[tuple[int, str, int]], indent: int) -> tuple[Any, list[tuple[int, str, int]]]:
    mapping: dict[str, Any] = {}
    items: list[Any] = []
    while lines:
        depth, text, number = lines[0]
        if not text:
            lines = lines[1:]
            continue
        if depth < indent:
            break
        if depth > indent:
            raise NotPlain(f"line {number}: unexpected indentation")
        lines = lines[1:]
        if text.startswith("- "):
            inner = text[2:]
            if _KEY.match(inner):
                value, lines = _block([(indent + 2, inner, number), *lines], indent + 2)
            else:
                value = _scalar(inner, number)
            items.append(value)
            continue
        found = _KEY.match(text)
        if not found or found[1] in mapping:
            raise NotPlain(f"line {number}: {text!r} is not a new key")
        if found[2] == "|":
            mapping[found[1]], lines = _literal(lines, indent)
        elif found[2]:
            mapping[found[1]] = _scalar(found[2], number)
        else:
            mapping[found[1]], lines = _block(lines, indent + 2)
    if mapping and items:
        raise NotPlain("a block is a mapping or a list, not both")
    return (items or mapping), lines
