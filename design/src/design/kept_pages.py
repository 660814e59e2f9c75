"""Pages that differ from one visit to the next in a few words: rendered once, then only filled.

The sign-in screens cost more to render than everything else that a sign-in does. A value that changes with every
visit is given as a `Hole`: the template may print it and nothing else, so the page around it can be kept and the value
set in, escaped, at each visit. What a template decides by (an error, the items asked for, who asks) is given as it is
and makes a page of its own. No value of a hole is ever kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import jinja2
from markupsafe import escape

from design.page_request import PageRequest, answering, current

MOST: Final = 256
_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: no text of ours holds them, and values are never searched for them
_LABEL: Final = "Hole:"  # in both cases: what turned the letters of a value would be seen
_NONCE, _SWITCH = "=nonce", "=switch-"


class Hole:
    """A place for a value that a template prints. It cannot be read: a template that decides by it fails at once."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Hole) else self._unreadable()

    def __hash__(self) -> int:
        return hash((Hole, self.name))

    def __html__(self) -> str:
        return _mark(self.name)

    __str__ = __html__

    def __bool__(self) -> bool:
        return True  # an empty value is no hole: give it as it is

    def _unreadable(self, *_: object) -> NoReturn:
        raise TypeError(f"{self.name} is filled in later: a template can print it and nothing else")

    __iter__ = __len__ = __getitem__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __mod__ = _unreadable


class _NotYet(PageRequest):
    """A request of which language and form of address are known, and the rest is filled in later."""

    def switch_href(self, language: str) -> str:
        return _mark(_SWITCH + language)


@dataclass(frozen=True)
class _Page:
    pieces: tuple[str, ...]  # text and names of holes in turn
    context: Mapping[str, Any]  # kept so that no other object gets the identity of one of these

    def filled(self, holes: Mapping[str, str]) -> str:
        request, pieces = current(), list(self.pieces)
        for place in range(1, len(pieces), 2):
            name = pieces[place]
            if name == _NONCE:
                value = request.nonce
            elif name.startswith(_SWITCH):
                value = request.switch_href(name.removeprefix(_SWITCH))
            else:
                value = holes[name]
            pieces[place] = escape(value)
        return "".join(pieces)


@dataclass(frozen=True)
class KeptPages:
    """Pages of one environment. `moment` is whatever else pages show, the minute of the clock: a new one, new pages."""

    templates: jinja2.Environment
    moment: Callable[[], object]
    _pages: dict[tuple[Any, ...], _Page] = field(default_factory=dict)
    _of: list[object] = field(default_factory=list)

    def render(self, template: str, context: Mapping[str, Any], holes: Mapping[str, str]) -> str:
        """The page, in the language and form of address of the request; `holes` has the value of every Hole."""
        request, moment = current(), self.moment()
        if self._of != [moment] or len(self._pages) >= MOST:
            self._pages.clear()
            self._of[:] = [moment]
        key = (template, request.language, request.address, *((name, _key(value)) for name, value in context.items()))
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._rendered(template, context, request)
        return page.filled(holes)

    def render_anew(self, template: str, context: Mapping[str, Any], holes: Mapping[str, str]) -> str:
        """The same page, nothing kept: for what only one visit can show."""
        whole = {name: _set_in(value, holes) for name, value in context.items()}
        return self.templates.get_template(template).render(whole)

    def _rendered(self, template: str, context: Mapping[str, Any], request: PageRequest) -> _Page:
        with answering(_NotYet(language=request.language, address=request.address, nonce=_mark(_NONCE))):
            html = self.templates.get_template(template).render(context)
        first, *rest = html.split(_OPEN)
        pieces = [first]
        for piece in rest:
            name, closed, text = piece.partition(_CLOSE)
            if not closed or not name.startswith(_LABEL):
                raise TypeError(f"a template of {template} changed a value that is filled in later")
            pieces += [name.removeprefix(_LABEL), text]
        return _Page(tuple(pieces), context)


def _mark(name: str) -> str:
    return f"{_OPEN}{_LABEL}{name}{_CLOSE}"


def _set_in(value: object, holes: Mapping[str, str]) -> object:
    if isinstance(value, Hole):
        return holes[value.name]
    return tuple(_set_in(member, holes) for member in value) if isinstance(value, tuple) else value


def _key(value: object) -> object:
    """Plain values and tuples by what they say, objects by which they are (a page keeps its own alive)."""
    if value is None or isinstance(value, (str, int, Hole, tuple)):
        return type(value), value
    return type(value), id(value)
