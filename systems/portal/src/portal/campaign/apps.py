"""Django's entry to `campaign`."""

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "portal.campaign"
    label = "campaign"
    default_auto_field = "django.db.models.BigAutoField"
