"""Django's entry to `accounts.duty`."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "portal.accounts.duty"
    label = "duty"
    default_auto_field = "django.db.models.BigAutoField"
