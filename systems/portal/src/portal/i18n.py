"""Messages of the whole portal: each app keeps its own catalogue; `design.i18n` reads them as one.

`from portal.i18n import _, lazy, ngettext`. msgids are English; catalogues lie in
`<app>/locale/{vi,en}/LC_MESSAGES/messages.po` and, for the frame, in `portal/locale/`.
"""

from __future__ import annotations

from design.i18n import catalogue

_messages = catalogue("portal")
_ = _messages.gettext
ngettext = _messages.ngettext
lazy = _messages.lazy
