"""The Jinja2 environment: the design's frame with this commune's name, navigation and footer."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from wagtail.rich_text import expand_db_html

from commune.frame import dates
from commune.frame.links import portal_url, safe_text
from commune.frame.side_blocks import side_blocks
from commune.settings import CommuneSettings, current
from design import ContactBlock, Link, Site, django_jinja
from design.i18n import catalogue
from kernel import country_time

_ = catalogue("commune").lazy


def _place(settings: CommuneSettings) -> dict[str, str]:
    """`huyện Hướng Hóa, tỉnh Quảng Trị`; communes have had no district since 1/7/2025."""
    district = f"huyện {settings.district_vi}, " if settings.district_vi else ""
    district_en = f"{settings.district_vi} district, " if settings.district_vi else ""
    return {
        "vi": f"Trang thông tin điện tử · {district}tỉnh {settings.province_vi}",
        "en": f"Information site · {district_en}{settings.province_vi} province",
    }


def site(settings: CommuneSettings) -> Site:
    """What the frame says about this commune."""
    name = {"vi": settings.name_vi, "en": settings.name_en}
    committee = {
        "vi": f"Ủy ban nhân dân {settings.name_in_sentence}",
        "en": f"People's Committee of {settings.name_en}",
    }
    phone = [_("Telephone: %(phone)s", phone=settings.phone)] if settings.phone else []
    if phone and settings.test_environment:
        phone = [_("Telephone: %(phone)s (made up)", phone=settings.phone)]
    return Site(
        name=name,
        body=_place(settings),
        contact=ContactBlock(title=committee, lines=[*phone, _("Monday to Friday"), settings.office_hours]),
        links=[
            Link(_("Organisation"), "/gioi-thieu/"),
            Link(_("Procedures"), "/thu-tuc/"),
            Link(_("News by RSS"), "/tin-tuc/rss.xml"),
        ],
        navigation=[
            Link(_("Home"), "/", "home"),
            Link(_("About"), "/gioi-thieu/", "introduction"),
            Link(_("News"), "/tin-tuc/", "news"),
            Link(_("Notices"), "/thong-bao/", "notices"),
            Link(_("Procedures"), "/thu-tuc/", "procedures"),
        ],
    )


def editors_text(source: Any) -> Markup:
    """A rich text field or block as safe HTML of the page."""
    return safe_text(expand_db_html(getattr(source, "source", str(source))))


def jinja_environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 engine; loaders and escaping are the design's."""
    settings = current()
    options.pop("loader", None)
    made = django_jinja.environment(
        "commune",
        system="commune",
        site=site(settings),
        clock=country_time.now,
        test_environment=settings.test_environment,
        **options,
    )
    made.filters.update(editors_text=editors_text, **dates.FILTERS)
    made.globals.update(
        commune=settings,
        side_blocks=side_blocks,
        portal_link=lambda path: portal_url(path, settings),
    )
    return made
