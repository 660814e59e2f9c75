"""Keeping catalogues complete: `python -m design.catalogue_work update PACKAGE…` and the judge of house tests.

`update` reads every `_("…")` of a package's Python and Jinja2 files into its two `messages.po` (new messages are
left empty, vanished ones taken out); `problems` says what is missing, fuzzy or out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from design.i18n import compile_catalogues, package_dir
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


def extracted(folder: Path) -> Catalog:
    """Every message of the Python and Jinja2 files under a package folder."""
    found = Catalog(project=folder.name, charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, ("i18n:",), strip_comment_tags=True
    ):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def po_file(folder: Path, language: str) -> Path:
    """Where a package keeps its messages in one language."""
    return folder / "locale" / language / "LC_MESSAGES" / "messages.po"


def read(source: Path, language: str) -> Catalog:
    """A catalogue from its file, empty when there is none."""
    if not source.is_file():
        return Catalog(locale=language, charset="utf-8")
    with source.open("rb") as stream:
        return read_po(stream, locale=language)


def update(folder: Path) -> None:
    """Brings both catalogues of a package in line with its sources."""
    template = extracted(folder)
    for language in LANGUAGES:
        target = po_file(folder, language)
        messages = read(target, language)
        messages.update(template, no_fuzzy_matching=True)
        messages.obsolete.clear()
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            write_po(stream, messages, sort_output=True, include_lineno=False, omit_header=False, width=0)
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
    wanted = extracted(folder)
    found: list[str] = []
    for language in LANGUAGES:
        messages = read(po_file(folder, language), language)
        for entry in wanted:
            if not entry.id:
                continue
            has = messages.get(entry.id, entry.context)
            where = f"{folder.name}/{language}: {entry.id!r}"
            if has is None:
                found.append(f"{where} is not in the catalogue")
            elif has.fuzzy:
                found.append(f"{where} is fuzzy")
            elif language != "en" and not _translated(has.string):
                found.append(f"{where} is not translated")
            elif _translated(has.string) and list(has.check(messages)):
                found.append(f"{where} has placeholders that do not fit")
    return found


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
