"""Messages in Vietnamese and English: reading catalogues, choosing the language, translating in Python.

A package keeps its messages in `locale/{vi,en}/LC_MESSAGES/messages.po`; an app inside it may keep its own beside
its code. msgids are English. The design's catalogue lies under each package's. Compiled files are made at bootstrap;
where one is missing or older than its source, the source is read instead, so a page never shows last week's words.

    from design.i18n import catalogue
    messages = catalogue("eid")
    _ = messages.gettext            # in the language of the request being answered
    LABEL = messages.lazy("Name")   # translated when it is shown
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from design.page_request import DEFAULT_LANGUAGE, GROWN_UP, LANGUAGES, current

COOKIE = "__Host-lang"
Bundle = Translations | NullTranslations


def package_dir(package: str) -> Path:
    """The folder of an importable package, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no package {package!r}")
    return Path(spec.origin).parent


def catalogue_files(folder: Path, language: str) -> list[Path]:
    """The .po files of a package in one language, its own and those of the apps inside it."""
    return sorted(folder.rglob(f"locale/{language}/LC_MESSAGES/*.po"))


def _compiled(source: Path) -> bytes:
    """The bytes of the .mo of `source`, fuzzy entries left out."""
    with source.open("rb") as stream:
        messages = read_po(stream)
    target = io.BytesIO()
    write_mo(target, messages)
    return target.getvalue()


def _read(source: Path) -> Translations:
    compiled = source.with_suffix(".mo")
    if compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return Translations(io.BytesIO(compiled.read_bytes()))
    return Translations(io.BytesIO(_compiled(source)))


@cache
def translations_for(language: str, package: str = "design") -> Bundle:
    """The messages of `package` over those of the design, in `language`."""
    folders = dict.fromkeys([package_dir("design"), package_dir(package)])
    first, *others = [source for folder in folders for source in catalogue_files(folder, language)]
    bundle = _read(first)  # the design always has a catalogue, and its plural rule is the language's
    for source in others:
        bundle.merge(_read(source))
    return bundle


def compile_catalogues(paths: Iterable[Path]) -> list[Path]:
    """Writes the .mo beside every .po under the package folders given; returns what was written."""
    written: list[Path] = []
    for folder in paths:
        for language in LANGUAGES:
            for source in catalogue_files(folder, language):
                content = _compiled(source)
                target = source.with_suffix(".mo")
                if not target.is_file() or target.read_bytes() != content:
                    fresh = target.with_suffix(".mo.new")
                    fresh.write_bytes(content)
                    fresh.replace(target)
                    written.append(target)
                else:
                    target.touch()
    return written


def choose_language(asked: str | None, cookie: str | None, accept_language: str | None) -> str:
    """`?lang=`, then the cookie, then Accept-Language (RFC 9110 section 12.5.4), else Vietnamese."""
    for choice in (asked, cookie):
        if choice in LANGUAGES:
            return choice
    weighted: list[tuple[float, str]] = []
    for part in (accept_language or "").split(",")[:20]:
        tag, _, parameter = part.partition(";")
        name = tag.strip().lower().split("-")[0]
        weight = parameter.strip().removeprefix("q=") or "1"
        try:
            weighted.append((float(weight), name))
        except ValueError:
            continue
    best = max(((w, n) for w, n in weighted if n in LANGUAGES and w > 0), default=(0.0, DEFAULT_LANGUAGE))
    return best[1] if best[0] else DEFAULT_LANGUAGE


def addressed(text: str) -> str:
    """A Vietnamese text in the form of address of the request (messages are written for grown-ups)."""
    form = current().address
    if form == GROWN_UP or current().language != DEFAULT_LANGUAGE:
        return text
    return text.replace(GROWN_UP, form).replace(GROWN_UP.capitalize(), form.capitalize())


class LazyText:
    """A message that is translated when it is shown, for module constants and settings."""

    def __init__(self, messages: Catalogue, message: str, values: Mapping[str, Any] | None = None) -> None:
        self._messages, self._message, self._values = messages, message, values or {}

    def __str__(self) -> str:
        return str(self._messages.gettext(self._message, **self._values))

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._message)


class Catalogue:
    """The messages of one package, answered in the language of the current request."""

    def __init__(self, package: str) -> None:
        self.package = package

    def _bundle(self) -> Bundle:
        return translations_for(current().language, self.package)

    def gettext(self, message: str, **values: Any) -> str:
        """The translation of `message`; `values` fill its `%(name)s`."""
        text = addressed(str(self._bundle().ugettext(message)))
        return text % values if values else text

    def ngettext(self, one: str, many: str, n: int, **values: Any) -> str:
        """The translation that fits the number `n` (also given as `%(num)s`)."""
        text = addressed(str(self._bundle().ungettext(one, many, n)))
        return text % {"num": n, **values}

    def lazy(self, message: str, **values: Any) -> LazyText:
        """Like gettext, but translated each time it is shown."""
        return LazyText(self, message, values)


@cache
def catalogue(package: str) -> Catalogue:
    """The one Catalogue of a package."""
    return Catalogue(package)


def in_both(texts: Mapping[str, str] | str | object) -> str:
    """The text of a setting given as `{"vi": …, "en": …}` in the current language; a plain text as it is."""
    if isinstance(texts, Mapping):
        return str(texts.get(current().language) or texts.get(DEFAULT_LANGUAGE, ""))
    return str(texts)
