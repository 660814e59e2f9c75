"""What a template may leave out: the keys of a mapping (macro parameters), never a name or an attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from jinja2 import Undefined


class StrictNames(Undefined):
    """Undefined that fails when it is used, unless it is an absent key of a mapping.

    govuk-frontend's macros, and ours, take one mapping and ask for keys that a caller need not give; a mistyped
    variable or attribute must fail loudly.
    """

    __slots__ = ()

    def _may_be_absent(self) -> bool:
        # "caller" is Jinja2's own name: a macro asks whether it was called with a body.
        return isinstance(self._undefined_obj, Mapping) or self._undefined_name == "caller"

    def _refuse(self) -> NoReturn:
        self._fail_with_undefined_error()

    def __str__(self) -> str:
        return "" if self._may_be_absent() else self._refuse()

    def __iter__(self) -> Iterator[Any]:
        return iter(()) if self._may_be_absent() else self._refuse()

    def __len__(self) -> int:
        return 0 if self._may_be_absent() else self._refuse()

    def __bool__(self) -> bool:
        return False if self._may_be_absent() else self._refuse()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined) if self._may_be_absent() else self._refuse()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return id(type(self))
