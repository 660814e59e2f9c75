"""Django's name for this package."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """`invitations` in migrations."""

    name = "commune.invitations"
    label = "invitations"
    default_auto_field = "django.db.models.BigAutoField"
