"""The few words of ours inside Wagtail's own templates, from the same catalogue as everything else."""

from __future__ import annotations

from django import template

from commune.settings import current
from commune.words import gettext_lazy as _
from design import asset_url

register = template.Library()

SIGN_IN = _("Editors' sign-in")
BUTTON = _("Sign in")
WHO = _("For editors of the commune only. Citizens need no account here.")
TEST = _("Test environment: do not enter a real password.")


@register.simple_tag
def editor_word(name: str) -> str:
    """`sign_in` (the heading), `button`, or `who` (for whom this door is)."""
    site = current()
    if name == "button":
        return str(BUTTON)
    if name == "sign_in":
        return f"{SIGN_IN} - {site.name_vi}"
    return f"{WHO} {TEST}" if site.test_environment else str(WHO)


@register.simple_tag
def editor_icon() -> str:
    """The address of the commune's mark."""
    return asset_url("marks/commune.svg")
