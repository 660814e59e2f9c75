"""Messages of the whole portal: each app keeps its own catalogue, here they become one.

`from portal.i18n import _, lazy, ngettext`. msgids are English; catalogues lie in
`<app>/locale/{vi,en}/LC_MESSAGES/messages.po` and, for the frame, in `portal/locale/`.
"""

from __future__ import annotations

from pathlib import Path

from design.i18n import Catalogue, catalogue, catalogue_files, translations_for
from design.page_request import LANGUAGES

ROOT = Path(__file__).parent


def catalogue_folders() -> list[Path]:
    """Every package of the portal that keeps a `locale` folder."""
    return sorted(folder.parent for folder in ROOT.rglob("locale") if folder.is_dir() and folder.parent != ROOT)


def _portal_catalogue() -> Catalogue:
    for language in LANGUAGES:
        bundle = translations_for(language, "portal")
        for folder in catalogue_folders():
            if catalogue_files(folder, language):
                package = ".".join(["portal", *folder.relative_to(ROOT).parts])
                bundle.merge(translations_for(language, package))  # type: ignore[union-attr, arg-type]
    return catalogue("portal")


_messages = _portal_catalogue()
_ = _messages.gettext
ngettext = _messages.ngettext
lazy = _messages.lazy
