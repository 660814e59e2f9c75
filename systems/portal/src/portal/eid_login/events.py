"""Security events that the provider pushes (RFC 8935): verified, taken once, and acted upon before the answer.

What ends here: the one session of `session-revoked`; every e-ID session of the person when the account was disabled,
the person died, the number or a credential changed, or the level fell. Everything is kept in the audit chain.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.eid_login.models import UsedLogoutToken
from portal.eid_login.provider import ProviderUnavailable, provider
from portal.eid_login.signals import eid_logged_out, eid_told
from portal.eid_login.stream import push_authorization
from wire.signed import SignatureRefused, verify

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SESSION_REVOKED = CAEP + "session-revoked"
ASSURANCE_LEVEL_CHANGE = CAEP + "assurance-level-change"
VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification"
ENDS_ALL = frozenset(
    (
        CAEP + "credential-change",
        RISC + "account-disabled",
        "urn:motcua:event:person-deceased",
        "urn:motcua:event:personal-number-changed",
    )
)
HEARD = (SESSION_REVOKED, ASSURANCE_LEVEL_CHANGE, RISC + "account-enabled", RISC + "identifier-changed", *ENDS_ALL)
OLDEST = timedelta(days=8)  # the provider keeps an event for a week; a jti is remembered as long as one could come


class EventRefused(Exception):
    """Not an event for us; `err` is RFC 8935's word (2.4)."""

    def __init__(self, err: str, description: str) -> None:
        super().__init__(description)
        self.err = err


@dataclass(frozen=True)
class Event:
    """One event. `sub` and `sid` as in our ID tokens; both None when it is about the stream itself."""

    jti: str
    type: str
    body: Mapping[str, Any]
    happened_at: int
    sub: str | None
    sid: str | None


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """`POST /vneid/su-kien`: 202 once it is acted upon, also for one that came before; 400 with `err` otherwise."""
    try:
        # guard: event-push-is-authorized
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), push_authorization().encode()):
            raise EventRefused("authentication_failed", "the Authorization header is not ours")
        if request.content_type != "application/secevent+jwt":
            raise EventRefused("invalid_request", "not a security event token")
        event = _read(request.body.decode("ascii", "replace"))
        _take(event)
    except ProviderUnavailable:
        return HttpResponse(status=503)
    except EventRefused as refused:
        return JsonResponse({"err": refused.err, "description": str(refused)}, status=400)
    return HttpResponse(status=202)


def _take(event: Event) -> None:
    now = datetime.now(UTC)
    hashed = hashlib.sha256(b"set " + event.jti.encode()).digest()
    with transaction.atomic():
        try:
            with transaction.atomic():
                # guard: event-taken-once
                UsedLogoutToken.objects.create(jti_hash=hashed, expires_at=now + OLDEST + timedelta(days=1))
        except IntegrityError:
            return
        _act(event)


def _act(event: Event) -> None:
    issuer = provider().issuer
    if event.sub is None:
        return
    if event.type == SESSION_REVOKED and event.sid is not None:
        eid_logged_out.send(sender=None, issuer=issuer, sub=event.sub, sid=event.sid)
    elif event.type in ENDS_ALL or _is_fall(event):
        eid_logged_out.send(sender=None, issuer=issuer, sub=event.sub, sid=None)
    word = event.type.rpartition("/")[2].rpartition(":")[2]
    eid_told.send(sender=None, issuer=issuer, sub=event.sub, event=word, happened_at=event.happened_at)


def _is_fall(event: Event) -> bool:
    return event.type == ASSURANCE_LEVEL_CHANGE and event.body.get("change_direction") != "increase"


def _read(token: str) -> Event:
    claims = _claims(token)
    events = claims.get("events")
    if not isinstance(events, dict) or len(events) != 1:
        raise EventRefused("invalid_request", "not one event")
    kind, body = next(iter(events.items()))
    if not isinstance(body, dict) or not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise EventRefused("invalid_request", "the event cannot be read")
    # guard: event-of-this-week
    if claims["iat"] < time.time() - OLDEST.total_seconds():
        raise EventRefused("invalid_request", "too old")
    sub, sid = (None, None) if kind == VERIFICATION else _subject(claims.get("sub_id"))
    return Event(claims["jti"], kind, body, int(claims.get("toe", claims["iat"])), sub, sid)


def _subject(sub_id: object) -> tuple[str, str | None]:
    """RFC 9493: iss_sub of this issuer; or, for one session, complex with that user and the session's sid."""
    if isinstance(sub_id, dict):
        user: Any = sub_id.get("user") if sub_id.get("format") == "complex" else sub_id
        session = sub_id.get("session") if sub_id.get("format") == "complex" else None
        sid = session.get("id") if isinstance(session, dict) and session.get("format") == "opaque" else None
        user = user if isinstance(user, dict) else {}
        # guard: event-subject-of-its-issuer
        known = user.get("format") == "iss_sub" and user.get("iss") == provider().issuer
        if known and isinstance(user.get("sub"), str) and (session is None or isinstance(sid, str)):
            return user["sub"], sid
    raise EventRefused("invalid_request", "the subject cannot be read")


def _claims(token: str) -> dict[str, Any]:
    issuer, audience = provider().issuer, provider().client_id
    for refresh in (False, True):
        jwks = provider().jwks(refresh=refresh)
        try:
            return verify(token, jwks, "secevent+jwt", issuer=issuer, audience=audience, expires=False)
        except SignatureRefused as refused:
            if refresh or not str(refused).startswith("bad signature"):
                raise EventRefused(_err(str(refused)), str(refused)) from None
    raise AssertionError("unreachable")


def _err(reason: str) -> str:
    words = {"bad signature": "invalid_key", "wrong iss": "invalid_issuer", "wrong aud": "invalid_audience"}
    return next((err for start, err in words.items() if reason.startswith(start)), "invalid_request")
