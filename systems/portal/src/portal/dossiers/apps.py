"""Django's entry to `dossiers`."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "portal.dossiers"
    label = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts.actions import purge
        from portal.dossiers import between, imported, lookup, parking  # noqa: F401  (`between` says what it hears)

        imported.connect()
        parking.connect()
        purge.also("parked pages", parking.purge)
        purge.also("look-ups", lookup.purge)
