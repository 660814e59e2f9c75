"""Django's name for this package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """`notices` in migrations."""

    name = "commune.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
