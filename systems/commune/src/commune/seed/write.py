"""Writes each piece of content once, as an editor would: a page, a revision, published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.db import transaction
from wagtail.models import Page

from commune.home.ensure import ensure_site
from commune.home.models import SeedMark
from commune.news.models import ArticlePage, Category, NewsIndexPage
from commune.notices.models import NoticeIndexPage, NoticePage
from commune.organisation.models import IntroductionPage, Officer
from commune.schedule.models import ScheduleItem
from commune.seed import around, notice
from commune.seed.news import MAIN, NEWS, Item
from kernel.country_time import VIETNAM


def _publish(parent: Page, page: Page) -> None:
    """Adds a page as a draft and publishes it, so that it has a history and every listener hears of it."""
    page.live = False
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()


def _category(name: str) -> Category:
    return Category.objects.get_or_create(name=name)[0]


def _the_notice() -> None:
    page = ArticlePage(**notice.ARTICLE, category=_category(MAIN), body=notice.BODY)
    _publish(NewsIndexPage.objects.get(), page)


def _article(item: Item) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in item.text)
    page = ArticlePage(
        title=item.title,
        slug=item.slug,
        published_at=datetime.fromisoformat(item.at).replace(tzinfo=VIETNAM),
        summary=item.summary,
        category=_category(item.category),
        body=[("paragraph", paragraphs)],
        source=item.source,
    )
    _publish(NewsIndexPage.objects.get(), page)


def _notice(fields: dict[str, str]) -> None:
    page = NoticePage(
        title=fields["title"],
        slug=fields["slug"],
        number=fields["number"],
        body=fields["body"],
        published_at=datetime.fromisoformat(fields["at"]).replace(tzinfo=VIETNAM),
        valid_until=date.fromisoformat(fields["valid_until"]),
    )
    _publish(NoticeIndexPage.objects.get(), page)


def _schedule_item(row: tuple[str, ...]) -> None:
    day, session, starts_at, content, place, chair = row
    item = ScheduleItem(
        day=date.fromisoformat(day),
        session=session,
        starts_at=time.fromisoformat(starts_at),
        content=content,
        place=place,
        chair=chair,
        live=False,
    )
    item.save()
    item.save_revision().publish()


def _introduction() -> None:
    page = IntroductionPage.objects.get()
    page.body = around.INTRODUCTION
    page.officers = [
        Officer(full_name=name, position=position, phone=phone, duties=duties)
        for name, position, phone, duties in around.OFFICERS
    ]
    page.save_revision().publish()


def _pieces() -> list[tuple[str, Callable[[], None]]]:
    pieces: list[tuple[str, Callable[[], None]]] = [("the-notice", _the_notice), ("introduction", _introduction)]
    pieces += [(f"news-{item.slug}", lambda item=item: _article(item)) for item in NEWS]  # type: ignore[misc]
    pieces += [(f"notice-{n['slug']}", lambda n=n: _notice(n)) for n in around.NOTICES]  # type: ignore[misc]
    pieces += [
        (f"schedule-{row[0]}-{row[1]}", lambda row=row: _schedule_item(row))  # type: ignore[misc]
        for row in around.SCHEDULE
    ]
    return pieces


def write_all() -> tuple[int, int]:
    """Writes what has never been written; returns (written, were there)."""
    ensure_site()
    written = 0
    pieces = _pieces()
    for key, write in pieces:
        with transaction.atomic():
            # guard: seed-writes-once
            _mark, new = SeedMark.objects.get_or_create(key=key[:80])
            if new:
                write()
                written += 1
    return written, len(pieces) - written
