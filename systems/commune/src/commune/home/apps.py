"""Django's name for this package."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """`home` in migrations."""

    name = "commune.home"
    label = "home"
    default_auto_field = "django.db.models.BigAutoField"
