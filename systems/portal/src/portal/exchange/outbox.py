"""Messages on their way out: written with the act that causes them, sent until the receiver has signed for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.accounts.between_portals import SaidNo, Unavailable
from portal.exchange.calls import PortalRefused, PortalUnavailable, ask
from portal.exchange.messages import seal
from portal.exchange.models import OutgoingMessage, TrustedPortal

log = logging.getLogger("portal.exchange")


class Outbox:
    """Carries what the apps say (`accounts.between_portals.Carrier`)."""

    def tell(self, portal: str, type_: str, body: Mapping[str, Any], secret: Mapping[str, Any], path: str) -> str:
        """Write the message and the job that sends it, in the caller's transaction."""
        from portal.exchange.tasks import deliver

        receiver = TrustedPortal.objects.filter(name=portal).first()
        if receiver is None:
            raise LookupError(f"{portal} is not trusted")
        content = json.dumps({"body": dict(body), "secret": dict(secret)})
        with transaction.atomic():
            message = OutgoingMessage.objects.create(portal=receiver, path=path, type=type_, body=content)
            deliver.configure(lock=f"exchange:{portal}").defer(message_id=str(message.id))
        return str(message.id)

    def ask(
        self, portal: str, type_: str, body: Mapping[str, Any], secret: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        """Ask now (`accounts.between_portals.ask`)."""
        receiver = TrustedPortal.objects.filter(name=portal).first()
        if receiver is None:
            raise Unavailable(f"{portal} is not trusted")
        try:
            return ask(receiver, path, type_, _sealed_for(receiver, dict(body), dict(secret))).body
        except PortalUnavailable as fault:
            raise Unavailable(str(fault)) from fault
        except PortalRefused as no:
            raise SaidNo(str(no)) from no

    def addresses(self) -> dict[str, str]:
        """Name and origin of the trusted portals."""
        return dict(TrustedPortal.objects.order_by("name").values_list("name", "origin"))


def send(message_id: str) -> bool:
    """Try to deliver once; True when the receiver has signed for it, or had already.

    A message that the receiver refuses for good is kept with its reason, and not tried again.
    Raises PortalUnavailable, so that the job is tried again.
    """
    message = OutgoingMessage.objects.select_related("portal").get(pk=message_id)
    if message.delivered_at is not None or message.refused_because or message.body is None:
        return message.delivered_at is not None
    OutgoingMessage.objects.filter(pk=message.pk).update(tries=F("tries") + 1)
    content = json.loads(str(message.body))
    body = _sealed_for(message.portal, content["body"], content["secret"])
    try:
        ask(message.portal, message.path, message.type, body, jti=str(message.id))
    except PortalRefused as no:
        log.error("message %s (%s) to %s was refused: %s", message.id, message.type, message.portal_id, no)
        OutgoingMessage.objects.filter(pk=message.pk).update(refused_because=str(no)[:80], body=None)
        return False
    OutgoingMessage.objects.filter(pk=message.pk).update(delivered_at=datetime.now(UTC), body=None)
    return True


def _sealed_for(receiver: TrustedPortal, body: dict[str, Any], secret: dict[str, Any]) -> dict[str, Any]:
    return body | ({"sealed": seal(receiver, secret)} if secret else {})
