"""Django's name for this package."""

from django.apps import AppConfig


class EditorsConfig(AppConfig):
    """`editors` in migrations."""

    name = "commune.editors"
    label = "editors"
    default_auto_field = "django.db.models.BigAutoField"
