"""The public look-up: code in, state out, nothing else (Circular 01/2018 Art 16), and not faster than a person asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from kernel import dossier_code
from portal.dossiers.models import Dossier, LookupAttempt
from portal.sealing import blind

PER_ASKER = 10
WINDOW = timedelta(minutes=10)


class TooManyLookups(Exception):
    """This asker has to wait."""


def look_up(text: str, asker: str) -> Dossier | None:
    """The dossier with this code, None for an unknown or unreadable one. Raises TooManyLookups.

    `asker` is the network address; it is kept only as a keyed hash, and only as long as it counts.
    """
    _count(asker)
    try:
        code = str(dossier_code.parse(text))
    except ValueError:
        return None
    return Dossier.objects.filter(code=code).first()


def purge() -> int:
    """Forget questions that no longer count."""
    count, _ = LookupAttempt.objects.filter(at__lt=datetime.now(UTC) - WINDOW).delete()
    return count


def _count(asker: str) -> None:
    now, key = datetime.now(UTC), blind(asker, "lookup_asker")
    with transaction.atomic():
        with connection.cursor() as cursor:  # one at a time for one asker: parallel questions count too
            cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(key[:7], "big")])
        asked = LookupAttempt.objects.filter(asker=key, at__gte=now - WINDOW).count()
        # guard: lookup-rate-limited
        if asked >= PER_ASKER:
            raise TooManyLookups
        LookupAttempt.objects.create(asker=key, at=now)
