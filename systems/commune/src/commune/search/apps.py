"""Django's name for this package, and what keeps the index true."""

from typing import Any

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """`search` in migrations."""

    name = "commune.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished

        from commune.search.index import put, take_out

        def published(instance: Any, **_signal: object) -> None:
            put(instance)

        def unpublished(instance: Any, **_signal: object) -> None:
            take_out(instance)

        page_published.connect(published, dispatch_uid="search-put", weak=False)
        page_unpublished.connect(unpublished, dispatch_uid="search-take-out", weak=False)
