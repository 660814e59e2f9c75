"""Django's entry to `claims`."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "portal.claims"
    label = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts import signals
        from portal.claims.actions.open_freeze_case import open_case

        signals.account_frozen.connect(open_case, dispatch_uid="claims.frozen")
