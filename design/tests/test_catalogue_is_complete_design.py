"""Every word of the frame and the macros exists in Vietnamese and English; a gap is found, not shown."""

from __future__ import annotations

from pathlib import Path

from design import catalogue_work
from design.i18n import package_dir


def test_nothing_is_missing_fuzzy_or_out_of_date() -> None:
    assert catalogue_work.problems(package_dir("design")) == []


def test_a_gap_is_found(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    (package / "templates").mkdir(parents=True)
    (package / "templates" / "page.html").write_text('{{ _("Your dossiers") }} {{ _("Old") }}', encoding="utf-8")
    (package / "rules.py").write_text('X = ngettext("%(num)s file", "%(num)s files", 2)\n', encoding="utf-8")
    catalogue_work.update(package)
    assert len(catalogue_work.problems(package)) == 3  # English is its own translation, Vietnamese is not there
    target = catalogue_work.po_file(package, "vi")
    filled = target.read_text(encoding="utf-8").replace('msgid "Old"\nmsgstr ""', 'msgid "Old"\nmsgstr "Cũ"')
    target.write_text(filled, encoding="utf-8")
    assert not any("'Old'" in line for line in catalogue_work.problems(package))
    (package / "templates" / "page.html").write_text('{{ _("Brand new") }}', encoding="utf-8")
    assert any("'Brand new' is not in the catalogue" in line for line in catalogue_work.problems(package))


def test_a_placeholder_that_does_not_fit_is_found(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "a.py").write_text('x = _("Left: %(num)s")\n', encoding="utf-8")
    catalogue_work.update(package)
    target = catalogue_work.po_file(package, "vi")
    text = target.read_text(encoding="utf-8")
    broken = text.replace('msgid "Left: %(num)s"\nmsgstr ""', 'msgid "Left: %(num)s"\nmsgstr "Còn %(nam)s"')
    assert broken != text
    target.write_text(broken, encoding="utf-8")
    assert any("placeholders" in line for line in catalogue_work.problems(package))
