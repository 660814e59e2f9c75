"""Seeding again changes nothing, and never overwrites what an editor has changed or removed."""

from commune.news.models import ArticlePage
from commune.notices.models import NoticePage
from commune.seed.write import write_all


def test_second_seed_writes_nothing(db):
    before = ArticlePage.objects.count(), NoticePage.objects.count()
    written, kept = write_all()
    assert written == 0
    assert kept > 20
    assert (ArticlePage.objects.count(), NoticePage.objects.count()) == before


def test_an_editors_change_stays(db):
    page = ArticlePage.objects.get(legacy_id=1714808383758)
    page.title = "Tiêu đề biên tập viên đã sửa"
    page.save_revision().publish()
    NoticePage.objects.first().delete()
    count = NoticePage.objects.count()
    write_all()
    assert ArticlePage.objects.get(legacy_id=1714808383758).title == "Tiêu đề biên tập viên đã sửa"
    assert NoticePage.objects.count() == count


def test_ensuring_the_site_again_changes_nothing(db):
    from wagtail.models import Page, Site

    from commune.home.ensure import ensure_site

    before = Page.objects.count(), Site.objects.count()
    ensure_site()
    assert (Page.objects.count(), Site.objects.count()) == before
    assert Site.objects.get().hostname == "tanthanh.localhost"
