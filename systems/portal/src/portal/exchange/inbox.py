"""Messages that came in: each has its effect once, in one transaction, and is answered alike when it comes again."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from portal.accounts.between_portals import Hearing, Said, SaidNo, hearing_of
from portal.exchange.calls import REFUSED
from portal.exchange.messages import Message, compose, open_sealed, read
from portal.exchange.models import IncomingMessage

HEARD = "heard"


def receive(token: str, path: str) -> str:
    """Take a message and return the signed answer. Raises MessageRefused when it is not to be believed."""
    message = read(token)
    hearing = hearing_of(message.type, path)
    if hearing is None:
        type_, body = REFUSED, {"code": "unknown_type"}
    elif hearing.question:
        type_, body = _hear(message, hearing)
    else:
        type_, body = _once(message, hearing)
    return compose(message.sender, type_, body, of=message.jti)


def _once(message: Message, hearing: Hearing) -> tuple[str, dict[str, Any]]:
    with transaction.atomic():
        seen, new = IncomingMessage.objects.get_or_create(
            portal=message.sender, jti=message.jti, defaults={"type": message.type, "answer": "[]"}
        )
        # guard: exchange-jti-once
        if not new:
            type_, body = json.loads(str(seen.answer))
            return type_, body
        type_, body = _hear(message, hearing)
        seen.answer = json.dumps([type_, body])
        seen.save(update_fields=["answer"])
    return type_, body


def _hear(message: Message, hearing: Hearing) -> tuple[str, dict[str, Any]]:
    body = dict(message.body)
    sealed = body.pop("sealed", "")
    secret = open_sealed(sealed) if sealed else {}
    said = Said(message.sender.name, message.sender.origin, message.type, body, message.said_at, secret)
    try:
        with transaction.atomic():
            return HEARD, dict(hearing.hearer(said) or {})
    except SaidNo as no:
        return REFUSED, {"code": no.code}
