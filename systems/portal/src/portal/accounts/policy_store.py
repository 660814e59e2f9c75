"""This portal's copy of the policy: what it believes, how it takes a new one, how it reads it.

A document is a JWS (typ `policy+jwt`) by the national portal for all portals. It travels inside a fresh message
to one portal (`exchange`), whose time says when the document was last known to be current.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from portal.accounts.cutover import Copy, DocumentRefused, PolicyDocument, digest, from_claims, newer, to_claims
from portal.accounts.models_policy import THE_SLOT, PolicyCopy, PolicyVersion
from portal.config import CONFIG
from portal.keys import signing_key
from wire import signed
from wire.assertion import public_jwks

log = logging.getLogger("portal.policy")

TYP = "policy+jwt"
AUDIENCE = "urn:motcua:portals"
LIFETIME = timedelta(days=3650)
REFRESH_AFTER = timedelta(seconds=60)
RETRY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """The stored copy as it was read. `jwks` is JSON text."""

    issuer: str
    jwks: str
    document: str
    awaiting: str
    confirmed_at: datetime | None


class OutOfDate(DocumentRefused):
    """Something newer was heard already; no reason for an alarm."""


class _Refresher:
    """Asks the national portal again when the copy is older than a minute; one thread at a time, not too often."""

    def __init__(self) -> None:
        self.fetch: Callable[[], object] | None = None
        self._lock = threading.Lock()
        self._tried = 0.0

    def run_if_due(self, copy: Row) -> bool:
        """True when a new copy was asked for, whatever came of it."""
        due = copy.confirmed_at is None or datetime.now(UTC) - copy.confirmed_at > REFRESH_AFTER
        if self.fetch is None or not due or time.monotonic() - self._tried < RETRY_SECONDS:
            return False
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._tried = time.monotonic()
            self.fetch()
        finally:
            self._lock.release()
        return True


refresher = _Refresher()
"""`exchange` hands its fetch in here when it starts; a portal without peers has none."""


def trust(issuer: str, jwks: dict[str, object]) -> None:
    """Pin whose signature makes a policy; an operator's act (`portal peers trust`)."""
    PolicyCopy.objects.update_or_create(slot=THE_SLOT, defaults={"issuer": issuer, "jwks": jwks})


def own_store() -> PolicyCopy:
    """The row of the national portal, which believes its own key."""
    row, _ = PolicyCopy.objects.get_or_create(
        slot=THE_SLOT, defaults={"issuer": CONFIG.origin, "jwks": public_jwks(signing_key())}
    )
    return row


def sign(document: PolicyDocument) -> str:
    """The document as the national portal signs it."""
    issued = document.issued_at.timestamp()
    envelope = {
        "iss": CONFIG.origin,
        "aud": AUDIENCE,
        "iat": int(issued),
        "exp": int(issued + LIFETIME.total_seconds()),
    }
    return signed.sign({**envelope, "policy": to_claims(document)}, signing_key(), TYP)


@lru_cache(maxsize=32)
def _read(token: str, issuer: str, jwks: str) -> PolicyDocument:
    try:
        # guard: policy-signature
        claims = signed.verify(token, json.loads(jwks), TYP, issuer=issuer, audience=AUDIENCE)
        return from_claims(claims["policy"])
    except (signed.SignatureRefused, KeyError) as fault:
        raise DocumentRefused(f"policy document: {fault}") from fault


def read(token: str, row: PolicyCopy) -> PolicyDocument | None:
    """A stored or offered document, its signature checked against the pinned keys; None for an empty place.

    Raises DocumentRefused.
    """
    return _read(token, row.issuer, json.dumps(row.jwks, sort_keys=True)) if token else None


def load(*, lock: bool = False, row: Row | None = None) -> Copy:
    """The copy to judge by.

    A stored document whose signature does not hold counts as no copy at all. With `lock` (inside a transaction)
    the row is held FOR SHARE: a new version waits until this transaction has ended, or this one sees it.
    Without it, a copy older than a minute is asked for again first. `row`: read a moment ago, with the session.
    """
    row = row or _row(lock=lock)
    if row is not None and not lock and row.issuer != CONFIG.origin and refresher.run_if_due(row):
        row = _row(lock=False)
    if row is None or not row.document:
        return Copy(None, None)
    try:
        current, awaiting = (_read(t, row.issuer, row.jwks) if t else None for t in (row.document, row.awaiting))
    except DocumentRefused:
        log.exception("the stored policy is not what the national portal signed")
        return Copy(None, None)
    return Copy(current, _age(row), awaiting)


COLUMNS = "p.issuer, p.jwks::text, p.document, p.awaiting, p.confirmed_at"


def _row(*, lock: bool) -> Row | None:
    share = " FOR SHARE" if lock else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM {PolicyCopy._meta.db_table} p WHERE slot = %s{share}", [THE_SLOT])  # noqa: S608
        found = cursor.fetchone()
    return Row(*found) if found else None


def _age(row: Row) -> timedelta | None:
    if row.issuer == CONFIG.origin:  # the national portal's copy is the original
        return timedelta(0)
    return None if row.confirmed_at is None else datetime.now(UTC) - row.confirmed_at


def hold(current: str, awaiting: str, said_at: datetime) -> PolicyDocument:
    """Take what the national portal said at `said_at` (real time) as this portal's copy.

    Raises DocumentRefused, keeping the old copy and its age, when a signature is wrong or a version goes back;
    OutOfDate when something newer was heard already.
    """
    with transaction.atomic():
        row = PolicyCopy.objects.select_for_update().get(slot=THE_SLOT)
        # guard: policy-replayed-message
        if row.confirmed_at is not None and said_at < row.confirmed_at:
            raise OutOfDate("an older message than the last one")
        offered = read(current, row)
        read(awaiting, row)
        if offered is None:
            raise DocumentRefused("no document")
        if newer(_held(row), offered):
            row.document = current
            PolicyVersion.objects.get_or_create(
                version=offered.version,
                defaults={"digest": digest(offered), "document": current, "held_since": datetime.now(UTC)},
            )
        row.awaiting, row.alarm, row.alarmed_at = awaiting, "", None
        row.confirmed_at = min(said_at, datetime.now(UTC))
        row.save()
    return offered


def _held(row: PolicyCopy) -> PolicyDocument | None:
    try:
        return read(row.document, row)
    except DocumentRefused:  # a spoilt copy is no reason to refuse a good one
        return None


def raise_alarm(reason: str) -> None:
    """Say on the staff page and in the log that a message about the policy was not believed."""
    log.error("policy alarm: %s", reason)
    PolicyCopy.objects.filter(slot=THE_SLOT).update(alarm=reason, alarmed_at=datetime.now(UTC))
