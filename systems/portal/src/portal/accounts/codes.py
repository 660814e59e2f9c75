"""One-time codes by SMS: 6 digits, 3 minutes, 5 tries, resend after 60 seconds (facts.md section 11 rule 7).

A code belongs to one purpose, one subject and one browser session. Only a keyed hash is kept. Real clock.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from portal.accounts import attempts, messages
from portal.accounts.models import OneTimeCode
from portal.sealing import blind

LIFE = timedelta(minutes=3)
TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
CODES_PER_PHONE_AND_DAY = 10
DAY = timedelta(days=1)


class CodeResult(StrEnum):
    """How an entered code was judged; the codes of the error catalogue."""

    RIGHT = "RIGHT"
    WRONG = "OTP_WRONG"
    EXPIRED = "OTP_EXPIRED"
    TRIES_OVER = "OTP_TRIES_OVER"


@dataclass(frozen=True)
class Sent:
    """What the page may say: until when the code lives, when another may be asked for, whether one was sent now."""

    code_id: str
    expires_at: datetime
    resend_at: datetime
    refused: str = ""


def send(purpose: str, subject: str, phone: str | None, binding: str, *, channel: str = "sms") -> Sent:
    """Send a fresh code, unless one was sent less than 60 seconds ago or too many today; older ones end.

    `phone` (or a mail address with `channel` "email") None sends nothing and answers the same: nobody learns whether
    a number is known.
    """
    now = datetime.now(UTC)
    key = f"{purpose}:{subject}"
    with transaction.atomic():
        attempts.hold("code", key)
        last = OneTimeCode.objects.filter(purpose=purpose, subject=subject).order_by("-sent_at").first()
        # guard: code-resend-waits
        if last and now - last.sent_at < RESEND_AFTER and last.session_binding == binding:
            return Sent(str(last.pk), last.expires_at, last.sent_at + RESEND_AFTER, "OTP_RESEND_LIMIT")
        # guard: codes-cannot-be-flooded
        if attempts.count("code_phone", phone or key, DAY) >= CODES_PER_PHONE_AND_DAY:
            return Sent("", now, now + DAY, "OTP_RESEND_LIMIT")
        attempts.note("code_phone", phone or key)
        OneTimeCode.objects.filter(purpose=purpose, subject=subject, used_at=None).update(expires_at=now)
        digits = f"{secrets.randbelow(10**6):06d}"
        code = OneTimeCode(
            purpose=purpose, subject=subject, session_binding=binding, sent_at=now, expires_at=now + LIFE
        )
        code.code_hash = _hash(code, digits)
        code.save()
        if phone:
            messages.send_code(phone, purpose, digits, channel)
    return Sent(str(code.pk), code.expires_at, now + RESEND_AFTER)


def check(purpose: str, subject: str, entered: str, binding: str) -> tuple[CodeResult, int]:
    """Judge what was entered; returns the result and the tries that are left. A right code is used up."""
    plain = "".join(entered.split())
    with transaction.atomic():
        code = (
            OneTimeCode.objects.select_for_update()
            .filter(purpose=purpose, subject=subject, used_at=None)
            .order_by("-sent_at")
            .first()
        )
        now = datetime.now(UTC)
        # guard: code-expires
        if code is None or code.expires_at <= now:
            return CodeResult.EXPIRED, 0
        # guard: code-tries-end
        if code.tries >= TRIES:
            return CodeResult.TRIES_OVER, 0
        # guard: code-belongs-to-its-session
        same_browser = hmac.compare_digest(code.session_binding, binding)
        if same_browser and hmac.compare_digest(bytes(code.code_hash), _hash(code, plain)):
            # guard: code-is-single-use
            code.used_at = now
            code.save(update_fields=["used_at"])
            return CodeResult.RIGHT, 0
        code.tries += 1
        code.save(update_fields=["tries"])
        left = TRIES - code.tries
        return (CodeResult.WRONG if left else CodeResult.TRIES_OVER), left


def end_all(subject: str) -> None:
    """End every pending code of a subject."""
    OneTimeCode.objects.filter(subject=subject, used_at=None).update(expires_at=datetime.now(UTC))


def _hash(code: OneTimeCode, digits: str) -> bytes:
    return blind(f"{code.pk}:{digits}", "one_time_code")
