"""Where a link in an editor's text may lead.

Editors write the portals as `/cong/quoc-gia` and `/cong/tinh`; the page shows the address that this site is configured
with. Everything else must be http, https or a path of this site, and in a test environment nothing leads to the state.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from wagtail.whitelist import Whitelister

from commune.settings import CommuneSettings, current

PORTAL_PATHS = {"/cong/quoc-gia": "portal_national_url", "/cong/tinh": "portal_province_url"}
STATE_DOMAIN = "gov.vn"
# Plain names only: browsers decode %2E and fold full-width letters, and would end elsewhere than we judged.
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
ELEMENTS = {
    "[document]": None,
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    **dict.fromkeys(("li", "br", "b", "strong", "i", "em")),
}


def portal_url(path: str, settings: CommuneSettings) -> str | None:
    """The configured address behind `/cong/…`, or None for another path."""
    name = PORTAL_PATHS.get(path.rstrip("/"))
    return str(getattr(settings, name)) + "/" if name else None


def resolve(href: str, settings: CommuneSettings) -> str | None:
    """The address that a link may lead to, or None when it may not be a link at all."""
    if portal := portal_url(href, settings):
        return portal
    # Browsers drop control characters and read a backslash as a slash: what they read otherwise than we do is no link.
    if any(character <= " " or character == "\\" for character in href):
        return None
    if href.startswith("/") and not href.startswith("//"):
        return href
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    # guard: only-http-links
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    configured = {settings.origin, settings.portal_national_url, settings.portal_province_url}
    if f"{parts.scheme}://{parts.netloc}" in configured:
        return href
    # guard: no-links-to-the-state-in-a-test
    if settings.test_environment and (host == STATE_DOMAIN or host.endswith("." + STATE_DOMAIN)):
        return None
    return href


def _styled(css: str | None) -> Callable[[Tag], None]:
    """A rule that keeps an element with no attribute but the design's class."""

    def rule(tag: Tag) -> None:
        tag.attrs = {"class": css} if css else {}

    return rule


class _EditorsText(Whitelister):
    """Wagtail's whitelist, narrowed to text: what an editor (or an import) may put on a page."""

    def __init__(self, settings: CommuneSettings) -> None:
        self.element_rules = {name: _styled(css) for name, css in ELEMENTS.items()} | {"a": self.link}
        self.settings = settings

    def link(self, tag: Tag) -> None:
        """Keeps a link that may be one; of any other, the words stay."""
        href = resolve(str(tag.get("href", "")), self.settings)
        if href is None:
            tag.unwrap()
        else:
            tag.attrs = {"href": href, "class": "govuk-link"}

    def clean_tag_node(self, doc: BeautifulSoup, tag: Tag) -> None:
        if tag.name in {"script", "style"}:
            tag.decompose()
        else:
            super().clean_tag_node(doc, tag)


def safe_text(html: str) -> Markup:
    """Editor's HTML (links already expanded by Wagtail) as it may stand on a page, in the design's classes."""
    # guard: editors-text-is-whitelisted
    return Markup(_EditorsText(current()).clean(html))  # noqa: S704 - only the listed elements are left
