"""The site's messages in Python, in the language that Django has active: the reader's, or the editor's in the editor.

Templates take the same catalogue from the design package; only model and panel names need this lazy door.
"""

from __future__ import annotations

from django.utils.functional import lazy as _lazy
from django.utils.translation import get_language

from design.i18n import translations_for
from design.page_request import DEFAULT_LANGUAGE, LANGUAGES


def _in_active_language(message: str) -> str:
    active: str | None = get_language()
    if active is None:  # Django's own commands: migrations hold msgids, not the words of one language
        return message
    language = active[:2]
    text: str = translations_for(language if language in LANGUAGES else DEFAULT_LANGUAGE, "commune").ugettext(message)
    return text


gettext_lazy = _lazy(_in_active_language, str)
