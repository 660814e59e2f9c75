"""Keeping catalogues complete: `python -m design.catalogue_work update PACKAGE…` and the judge of house tests.

`update` reads every `_("…")` of a package's Python and Jinja2 files into its two `messages.po` (new messages are
left empty, vanished ones taken out); `problems` says what is missing, fuzzy or out of date.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from design.i18n import catalogue_files, compile_catalogues, package_dir
from design.page_request import LANGUAGES

METHODS = [
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**/templates/**.xml", "jinja2"),
    ("**.py", "python"),
]
OPTIONS: dict[str, dict[str, Any]] = {
    pattern: {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}
    for pattern, method in METHODS
    if method == "jinja2"
}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "N_": None,
}


def extracted(folder: Path) -> dict[Path, Catalog]:
    """Every message of the Python and Jinja2 files under a package, by the folder whose catalogue it belongs to."""
    homes = {path.parent for path in folder.rglob("locale") if path.is_dir()} | {folder}
    found = {home: Catalog(project=home.name, charset="utf-8") for home in sorted(homes)}
    for name, _line, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, ("i18n:",), strip_comment_tags=True
    ):
        home = next(parent for parent in (folder / name).parents if parent in homes)
        place = (folder / name).relative_to(home).as_posix()
        found[home].add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def po_file(folder: Path, language: str) -> Path:
    """Where a package or app keeps its messages in one language."""
    return folder / "locale" / language / "LC_MESSAGES" / "messages.po"


def read(source: Path, language: str) -> Catalog:
    """A catalogue from its file, empty when there is none."""
    if not source.is_file():
        return Catalog(locale=language, charset="utf-8")
    with source.open("rb") as stream:
        return read_po(stream, locale=language)


def update(folder: Path) -> None:
    """Brings the catalogues of a package and of the apps inside it in line with their sources."""
    for home, template in extracted(folder).items():
        for language in LANGUAGES if len(template) else ():
            target = po_file(home, language)
            messages = read(target, language)
            messages.update(template, no_fuzzy_matching=True)
            messages.obsolete.clear()
            messages.project, messages.version, messages.fuzzy = home.name, "1", False
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as stream:
                write_po(stream, messages, sort_output=True, include_lineno=False, width=0)
            _without_dates(target)


def _without_dates(target: Path) -> None:
    """Takes the header lines out that change at every run or name a tool's version."""
    noisy = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid",
    )
    lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in noisy))]
    body = [line for line in kept if not (line.startswith("#") and not line.startswith(("#:", "#.", "#,")))]
    target.write_text("".join(body), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """One line for each message that a reader of either language would not get; empty when all is well.

    English may be left untranslated, because msgids are English; it must only be listed.
    """
    found: list[str] = []
    for home, wanted in extracted(folder).items():
        for language in LANGUAGES:
            messages = read(po_file(home, language), language)
            for entry in wanted:
                if fault := _fault(messages, entry, language) if entry.id else None:
                    found.append(f"{home.name}/{language}: {entry.id!r} {fault}")
    return found + contradictions(folder)


def contradictions(folder: Path) -> list[str]:
    """Messages that two apps of a package, or an app and the design, put in different words.

    All of them become one catalogue, where a msgid has one translation: the other app would show this one's words. A
    package with one catalogue may say the design's messages in its own way, because it then does so everywhere.
    """
    sources = catalogue_files(folder, "vi")
    if len(sources) > 1:
        sources += catalogue_files(package_dir("design"), "vi")
    texts: dict[str, dict[str, str]] = {}
    for source in sources:
        for entry in read(source, "vi"):
            if entry.id and _translated(entry.string):
                texts.setdefault(repr(entry.id), {}).setdefault(repr(entry.string), source.parents[3].name)
    return [
        f"{folder.name}/vi: {message} is {' but '.join(f'{text} in {home}' for text, home in said.items())}"
        for message, said in texts.items()
        if len(said) > 1
    ]


def _fault(messages: Catalog, entry: Message, language: str) -> str | None:
    has = messages.get(entry.id, entry.context)
    if has is None:
        return "is not in the catalogue"
    if has.fuzzy:
        return "is fuzzy"
    if not _translated(has.string):
        return None if language == "en" else "is not translated"
    if language == "en" and _accents(has.string) > _accents(entry.id):
        return "is Vietnamese in the English catalogue"
    return "has placeholders that do not fit" if list(has.check(messages)) else None


def _accents(text: Any) -> int:
    """How many letters are Vietnamese; names of people and places may keep theirs."""
    words = " ".join(text) if isinstance(text, list | tuple) else str(text)
    return sum(not unicodedata.normalize("NFC", letter).isascii() for letter in words if letter.isalpha())


def _translated(text: Any) -> bool:
    return all(text) if isinstance(text, list | tuple) else bool(text)


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or arguments[0] not in ("update", "check"):
        sys.stderr.write("usage: python -m design.catalogue_work update|check PACKAGE…\n")
        return 2
    folders = [package_dir(name) for name in arguments[1:]]
    if arguments[0] == "update":
        for folder in folders:
            update(folder)
        compile_catalogues(folders)
    faults = [line for folder in folders for line in problems(folder)]
    sys.stdout.write("".join(line + "\n" for line in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
