"""Every word of the frame and the macros exists in Vietnamese and English; a gap is found, not shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from design import catalogue_work, gallery, i18n
from design.i18n import package_dir
from design.page_request import YOUNG, PageRequest, address_as, answering, in_language


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


def test_an_app_with_a_catalogue_of_its_own_keeps_its_words_there(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    (package / "desk" / "locale").mkdir(parents=True)
    (package / "desk" / "views.py").write_text('x = _("Queue")\n', encoding="utf-8")
    (package / "views.py").write_text('x = _("Home")\n', encoding="utf-8")
    catalogue_work.update(package)
    assert "Queue" in catalogue_work.po_file(package / "desk", "vi").read_text(encoding="utf-8")
    assert "Queue" not in catalogue_work.po_file(package, "vi").read_text(encoding="utf-8")
    assert len(catalogue_work.problems(package)) == 2


def test_two_apps_may_not_say_one_message_in_two_ways(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    for app, words in (("desk", "Giờ"), ("catalogue", "Thời hạn"), ("store", "Đăng xuất")):
        (package / app / "locale").mkdir(parents=True)
        message = "Sign out" if app == "store" else "Time"
        (package / app / "views.py").write_text(f'x = _("{message}")\n', encoding="utf-8")
        catalogue_work.update(package)
        source = catalogue_work.po_file(package / app, "vi")
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace(f'"{message}"\nmsgstr ""', f'"{message}"\nmsgstr "{words}"'), encoding="utf-8")
    found = catalogue_work.problems(package)
    assert len(found) == 1
    assert "'Time'" in found[0]
    assert "in desk" in found[0]
    assert "in catalogue" in found[0]


def test_vietnamese_in_the_english_catalogue_is_found(tmp_path: Path) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "a.py").write_text('x = _("Portal of Quảng Trị")\ny = _("Home")\n', encoding="utf-8")
    catalogue_work.update(package)
    source = catalogue_work.po_file(package, "en")
    text = source.read_text(encoding="utf-8")
    text = text.replace('"Home"\nmsgstr ""', '"Home"\nmsgstr "Trang chủ"')
    text = text.replace('Quảng Trị"\nmsgstr ""', 'Quảng Trị"\nmsgstr "The portal of Quảng Trị"')
    source.write_text(text, encoding="utf-8")
    assert [line for line in catalogue_work.problems(package) if "/en:" in line] == [
        "sample/en: 'Home' is Vietnamese in the English catalogue"
    ]


def test_words_newer_than_their_compiled_file_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "__init__.py").write_text('_("Home")\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    catalogue_work.update(package)
    i18n.compile_catalogues([package])
    source = catalogue_work.po_file(package, "vi")
    text = source.read_text(encoding="utf-8").replace('msgid "Home"\nmsgstr ""', 'msgid "Home"\nmsgstr "Trang chủ"')
    source.write_text(text, encoding="utf-8")
    compiled = source.with_suffix(".mo").stat().st_mtime
    os.utime(source, (compiled + 2, compiled + 2))
    assert i18n.catalogue("sample").gettext("Home") == "Trang chủ"
    assert i18n.catalogue("sample").gettext("Sign out") == "Đăng xuất"  # the design's words lie under every package's


def test_a_young_person_is_spoken_to_as_one() -> None:
    words = i18n.catalogue("design")
    message = "You cannot open this page"
    with in_language("vi"):
        assert words.gettext(message).startswith("Ông/bà ")
    with in_language("vi", YOUNG):
        assert words.gettext(message).startswith("Bạn ")
        assert "ông/bà" not in gallery.gallery_environment().from_string(f'{{{{ _("{message}") }}}}').render().lower()
    with answering(PageRequest()):
        address_as(YOUNG)
        assert words.gettext(message).startswith("Bạn ")
    assert words.gettext(message).startswith("Ông/bà ")
