"""One page of a list of dated pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.http import HttpRequest

from kernel import country_time

PER_PAGE = 10
PAGE_PARAMETER = "trang"


def page_of(request: HttpRequest, items: Any, per_page: int = PER_PAGE) -> ListPage[Any]:
    """The asked page of a list; a number that is none, or beyond the end, gives the nearest page."""
    return Paginator(items, per_page).get_page(request.GET.get(PAGE_PARAMETER))


def shown_page(request: HttpRequest, manager: Any, per_page: int = PER_PAGE) -> ListPage[Any]:
    """The asked page of what is shown now, newest first."""
    return page_of(request, manager.shown(country_time.now()), per_page)
