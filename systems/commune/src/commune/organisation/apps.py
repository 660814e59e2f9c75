"""Django's name for this package."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """`organisation` in migrations."""

    name = "commune.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"
