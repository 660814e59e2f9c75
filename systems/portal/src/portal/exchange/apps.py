"""Django's entry to `exchange`: carries messages, fetches and pushes the policy."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "portal.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect; nothing is sent or asked here."""
        from portal.accounts.actions import purge
        from portal.exchange import announcements, outlived

        announcements.connect()
        purge.also("messages between portals", outlived.purge)
