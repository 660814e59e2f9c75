"""The audit trail is append-only and its links show every tampering."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts import audit
from portal.accounts.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_chain_is_whole_after_writing() -> None:
    for number in range(5):
        audit.record("tried", actor="system", subject=f"account:{number}")
    assert audit.broken_at() is None


@pytest.mark.parametrize("statement", ["update accounts_auditentry set event='x'", "delete from accounts_auditentry"])
def test_entries_cannot_be_changed_or_removed(statement: str) -> None:
    audit.record("tried", actor="system", subject="account:1")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_a_change_behind_the_trigger_is_found() -> None:
    first = audit.record("tried", actor="system", subject="account:1")
    audit.record("tried", actor="system", subject="account:2")
    with connection.cursor() as cursor:
        cursor.execute("alter table accounts_auditentry disable trigger user")
        cursor.execute("update accounts_auditentry set detail='{\"n\": 1}' where id=%s", [first.pk])
        cursor.execute("alter table accounts_auditentry enable trigger user")
    assert audit.broken_at() == first.pk
