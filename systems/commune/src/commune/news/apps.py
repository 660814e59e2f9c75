"""Django's name for this package."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """`news` in migrations."""

    name = "commune.news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"
