"""Django's entry to `eid_login`."""

from django.apps import AppConfig


class EidLoginConfig(AppConfig):
    name = "portal.eid_login"
    label = "eid_login"
