"""The SMTP half: takes any mail on loopback and keeps its plain text."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from sandbox.outbox.store import Store


class _Keep:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain", "html")) if isinstance(mail, EmailMessage) else None
        text = body.get_content() if body else ""
        for receiver in envelope.rcpt_tos:
            self._store.add("email", receiver, str(mail["From"] or ""), str(mail["Subject"] or ""), text.strip())
        return "250 kept"


def start_smtp(store: Store, host: str, port: int) -> Controller:
    """Starts the server in a thread of its own; `stop()` ends it."""
    controller = Controller(_Keep(store), hostname=host, port=port, ident="outbox")
    controller.start()
    return controller
