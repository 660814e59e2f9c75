"""Django's entry to `store`."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "portal.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.store import imported  # takes over what an imported old account brings along

        imported.connect()
