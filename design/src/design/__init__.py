"""The design system: what every page of every agency is made of.

Owns: our Sass, tokens and marks over govuk-frontend, the layout and the macros (Jinja2), the reading of
translations, the headers that guard a page, and the build of the assets from npm packages.
Does not own: any page, any agency's name, any rule of law. Imports no system and holds no state.
Serves: WCAG 2.2 AA, CSP Level 3 (W3C), RFC 9110 section 12.5.4 (Accept-Language).
"""

from design.assets import asset_url, static_dir
from design.headers import security_headers
from design.site import ContactBlock, Link, Site
from design.templating import environment

__all__ = [
    "ContactBlock",
    "Link",
    "Site",
    "asset_url",
    "environment",
    "security_headers",
    "static_dir",
]
