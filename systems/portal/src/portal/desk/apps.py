"""Django's entry to `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "portal.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
