"""Django's entry to `dossiers`."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "portal.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.dossiers import imported  # takes over what an imported old account brings along

        imported.connect()
