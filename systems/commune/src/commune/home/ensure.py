"""The sections that every commune's site has, and the group of its editors."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, Site

from commune.editors.group import ensure_group
from commune.frame.models import Edition
from commune.home.models import HomePage
from commune.invitations.models import InvitationIndexPage
from commune.news.models import NewsIndexPage
from commune.notices.models import NoticeIndexPage
from commune.organisation.models import IntroductionPage
from commune.settings import current

SECTIONS: list[tuple[type[Page], str, str]] = [
    (IntroductionPage, "Giới thiệu", "gioi-thieu"),
    (NewsIndexPage, "Tin tức", "tin-tuc"),
    (NoticeIndexPage, "Thông báo", "thong-bao"),
    (InvitationIndexPage, "Giấy mời", "giay-moi"),
]


def _home() -> HomePage:
    found: HomePage | None = HomePage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    home = HomePage(title=current().name_vi, slug="trang-chu")
    root.add_child(instance=home)
    # Wagtail's first migration leaves a greeting page for developers.
    Site.objects.all().delete()
    Page.objects.filter(depth=2).exclude(pk=home.pk).delete()
    return home


@transaction.atomic
def ensure_site() -> HomePage:
    """Makes what is missing; what is there stays. Safe to run again and by two processes at once."""
    Edition.objects.get_or_create(pk=1)
    Edition.objects.select_for_update().get(pk=1)
    home = _home()
    site = current()
    port = int(site.origin.rpartition(":")[2]) if site.origin.count(":") == 2 else 443 if "https" in site.origin else 80
    values = {"hostname": site.host, "port": port, "site_name": site.name_in_editor, "root_page": home}
    Site.objects.update_or_create(is_default_site=True, defaults=values)
    for model, title, slug in SECTIONS:
        if not model.objects.exists():
            home.refresh_from_db()
            home.add_child(instance=model(title=title, slug=slug))
    ensure_group(home)
    return home
