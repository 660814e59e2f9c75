"""What the provider told.

`eid_logged_out(issuer: str, sub: str | None, sid: str | None)`: a session, or all of a person, are over.
`eid_told(issuer: str, sub: str, event: str, happened_at: int)`: what happened to an account there, by its last word.
"""

from django.dispatch import Signal

eid_logged_out = Signal()
eid_told = Signal()
