"""Django's entry to `sso`."""

from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "portal.sso"
    label = "sso"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch for what provinces must be told, and hear what they say."""
        from portal.sso import endings, hearing, telling  # noqa: F401  (hearing registers itself)

        endings.watch()
        telling.listen()
