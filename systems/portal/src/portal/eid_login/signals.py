"""What the provider told: `eid_logged_out(issuer: str, sub: str | None, sid: str | None)`."""

from django.dispatch import Signal

eid_logged_out = Signal()
