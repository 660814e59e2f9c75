"""Django's name for this package."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """`schedule` in migrations."""

    name = "commune.schedule"
    label = "schedule"
    default_auto_field = "django.db.models.BigAutoField"
