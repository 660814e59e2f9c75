"""Tickets for the files origin: one file, one purpose, one minute, good only on the other host.

A ticket is signed, not stored; it carries no name and no number, and the cookie of the portal never reaches that host.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.core import signing

from portal.config import CONFIG

SALT = "portal.store.tickets"
LIFETIME_SECONDS = 60
PURPOSES = frozenset({"officer", "owner"})


class TicketRefused(Exception):
    """Not a ticket of ours, too old, or for something else."""


@dataclass(frozen=True)
class Ticket:
    """What a ticket says: which file, for whom, and on whose behalf it was asked (an opaque actor id)."""

    file_id: UUID
    purpose: str
    actor: str


def issue(ticket: Ticket) -> str:
    """The absolute address, on the files origin, from which the file can be fetched for the next minute."""
    body = {"f": str(ticket.file_id), "p": ticket.purpose, "a": ticket.actor}
    return f"{CONFIG.files_origin}/tep/{quote(signing.dumps(body, salt=SALT), safe=':')}"


def read(token: str) -> Ticket:
    """The ticket behind a token. Raises TicketRefused."""
    try:
        # guard: file-ticket-short-lived
        body = signing.loads(token, salt=SALT, max_age=LIFETIME_SECONDS)
        ticket = Ticket(UUID(body["f"]), body["p"], body["a"])
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        raise TicketRefused from None
    if ticket.purpose not in PURPOSES:
        raise TicketRefused
    return ticket
