"""Django's name for this package, and what makes remembered pages out of date."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """`frame` in migrations."""

    name = "commune.frame"
    label = "frame"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, published, unpublished

        from commune.frame.page_cache import forget_pages
        from commune.schedule.models import ScheduleItem

        for signal in (page_published, page_unpublished, page_slug_changed, published, unpublished):
            signal.connect(forget_pages, dispatch_uid="forget_pages")
        for model in ("wagtailcore.Page", "news.Category"):
            post_delete.connect(forget_pages, sender=model, dispatch_uid=f"forget_pages-{model}")
        post_save.connect(forget_pages, sender="news.Category", dispatch_uid="forget_pages-category")
        post_delete.connect(forget_pages, sender=ScheduleItem, dispatch_uid="forget_pages-schedule")
