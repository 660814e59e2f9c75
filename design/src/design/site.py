"""What the frame of an agency's pages says about the agency: name, contact, links, navigation.

Every text may be a plain string, a lazy message or a `{"vi": …, "en": …}` mapping from settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from design.i18n import LazyText

Text = str | LazyText | Mapping[str, str]

SYSTEMS = ("eid", "national", "province", "commune", "desk", "population", "sandbox")


@dataclass(frozen=True)
class Link:
    """A link in the navigation or the footer; `key` is what a page sets as `nav_current`."""

    text: Text
    href: str
    key: str = ""


@dataclass(frozen=True)
class ContactBlock:
    """The middle column of the footer: whom to call, when."""

    title: Text
    lines: Sequence[Text] = ()


@dataclass(frozen=True)
class Site:
    """One agency's frame. `accent` is a colour of the setting of a province (contrast checked at start)."""

    name: Text
    body: Text = ""
    home: str = "/"
    contact: ContactBlock | None = None
    links: Sequence[Link] = ()
    navigation: Sequence[Link] = ()
