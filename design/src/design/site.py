"""What the frame of an agency's pages says about the agency: name, contact, links, navigation.

Every text may be a plain string, a lazy message or a `{"vi": …, "en": …}` mapping from settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from design import contrast
from design.i18n import LazyText

Text = str | LazyText | Mapping[str, str]

WHITE = "#ffffff"
SMALLEST_RATIO = 7.0
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
    """One agency's frame. `accent` (`#rrggbb`) is a province's own colour; white on it must reach 7 to 1."""

    name: Text
    body: Text = ""
    home: str = "/"
    contact: ContactBlock | None = None
    links: Sequence[Link] = ()
    navigation: Sequence[Link] = ()
    accent: str | None = None

    def __post_init__(self) -> None:
        if self.accent is not None and contrast.ratio(self.accent, WHITE) < SMALLEST_RATIO:
            raise ValueError(f"accent {self.accent}: white on it does not reach a contrast of 7 to 1")

    def accent_style(self) -> Markup:
        """The custom properties of the accent, for a `<style>` with the page's nonce."""
        if self.accent is None:
            return Markup("")
        tint, lattice = (contrast.mixed_with_white(self.accent, share) for share in (0.88, 0.5))
        values = f"--mc-accent:{self.accent};--mc-accent-tint:{tint};--mc-accent-lattice:{lattice}"
        return Markup(f"html[data-system]{{{values}}}")  # noqa: S704 (colours that were checked)
