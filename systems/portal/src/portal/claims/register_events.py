"""What the population register pushes about old accounts that this portal has asked about (RFC 8417, RFC 8935).

An event names accounts by our own references, never a person. A dead person's account is sealed; where two records
became one, or one two, a linked account is frozen and the desk asks: nothing is linked or unlinked here
(architecture 4). An account that is not linked needs nothing: the register is asked again before a link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.accounts.actions.freeze import for_register
from portal.accounts.models import PortalAccount
from portal.accounts.register_client import RegisterUnavailable, register
from portal.claims.actions.archive import seal_dead
from portal.config import CONFIG
from portal.eid_login.models import UsedLogoutToken
from portal.keys import signing_key
from wire.signed import SignatureRefused, open_sealed, verify

ACTOR = "register"
_OURS = "urn:motcua:register:"
#: The register tells again what is at most 90 days old.
_REMEMBERED = timedelta(days=100)


def _died(account_id: UUID) -> None:
    seal_dead(account_id, actor=ACTOR)


_ACTS: dict[str, Callable[[UUID], None]] = {
    "death": _died,
    "records-merged": for_register,
    "record-split": for_register,
}


class _Refused(Exception):
    """Not an event for us."""


@dataclass(frozen=True)
class _Event:
    jti: str
    kind: str
    accounts: tuple[UUID, ...]


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """`POST /dan-cu/bien-dong`: 202 once it is acted upon, also for one that came before; 400 with `err` otherwise."""
    try:
        event = _read(request.body.decode("ascii", "replace"))
    except RegisterUnavailable:
        return HttpResponse(status=503)
    except _Refused as refused:
        return JsonResponse({"err": "invalid_request", "description": str(refused)}, status=400)
    with transaction.atomic():
        if _first_time(event.jti):
            for account_id in PortalAccount.objects.filter(pk__in=event.accounts).values_list("pk", flat=True):
                _ACTS[event.kind](account_id)
    return HttpResponse(status=202)


def _first_time(jti: str) -> bool:
    hashed = hashlib.sha256(b"register " + jti.encode()).digest()
    try:
        with transaction.atomic():
            # guard: register-event-taken-once
            UsedLogoutToken.objects.create(jti_hash=hashed, expires_at=datetime.now(UTC) + _REMEMBERED)
    except IntegrityError:
        return False
    return True


def _read(token: str) -> _Event:
    claims = _claims(token)
    try:
        ((kind, body),) = claims["events"].items()
        word = str(kind).removeprefix(_OURS)
        references = open_sealed(body["sealed"], signing_key())["references"]
        accounts = [UUID(one.partition(":")[2]) for one in references if one.startswith("portal_account:")]
        return _Event(str(claims["jti"]), word, tuple(accounts if word in _ACTS else ()))
    except (KeyError, TypeError, ValueError, AttributeError, SignatureRefused):
        raise _Refused("the event cannot be read") from None


def _claims(token: str) -> dict[str, Any]:
    for refresh in (False, True):
        try:
            # guard: register-event-is-the-registers
            return verify(
                token,
                register().jwks(refresh=refresh),
                "secevent+jwt",
                issuer=CONFIG.population_origin,
                audience=CONFIG.origin,
            )
        except SignatureRefused as refused:
            if refresh or not str(refused).startswith("bad signature"):
                raise _Refused(str(refused)) from None
    raise AssertionError("unreachable")
