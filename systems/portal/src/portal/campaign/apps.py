"""Django's entry to `campaign`."""

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "portal.campaign"
    label = "campaign"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts.views import after_sign_in
        from portal.campaign import countdown

        after_sign_in.campaign_says = countdown.at_sign_in
