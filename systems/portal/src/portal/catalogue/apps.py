"""Django's entry to `catalogue`."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "portal.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
