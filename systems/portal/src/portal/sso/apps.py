"""Django's entry to `sso`."""

from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "portal.sso"
    label = "sso"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch for what provinces must be told, and hear what they say."""
        from portal.accounts.actions import purge
        from portal.sso import endings, hearing, outlived, telling  # noqa: F401  (hearing registers itself)

        purge.also("logins handed out", outlived.purge)
        endings.watch()
        telling.listen()
