"""Promise: an export of old accounts comes in whole, once, and a broken line stops nothing and tells nobody's data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.accounts import audit, passwords
from portal.accounts.actions import import_old
from portal.accounts.models import PortalAccount, State
from portal.store.models import Document

pytestmark = pytest.mark.django_db


def row(**changes: Any) -> str:
    said = {
        "kind": "citizen",
        "personal_id": "045185000123",
        "legacy_id9": None,
        "tax_code": None,
        "full_name": "Hồ Thị Mỹ Duyên",
        "birth_date": "1985-02-12",
        "phone": "0900000123",
        "email": "duyen@example.vn",
        "password": "Congcu@2024",
        "created_at": "2021-06-01T09:00:00+07:00",
        "last_sign_in_at": None,
        "matched": True,
        "cohort": "default",
        "documents": [{"name": "Giấy khai sinh con.pdf", "sha256": "c" * 64}],
        "dossiers": [],
    }
    return json.dumps(said | changes)


def test_a_row_becomes_an_account_with_its_papers() -> None:
    report = import_old.execute([row()])
    account = PortalAccount.objects.get()
    assert (report.made, report.known, report.faults) == (1, 0, [])
    assert (account.state, account.matched_personal_id) == (State.MATCHED, "045185000123")
    assert passwords.matches("Congcu@2024", account.password_hash)
    assert Document.objects.filter(profile=account.profile).count() == 1
    assert audit.broken_at() is None


def test_a_second_import_changes_nothing() -> None:
    import_old.execute([row()])
    report = import_old.execute([row()])
    assert (report.made, report.known) == (0, 1)
    assert PortalAccount.objects.count() == 1


def test_without_a_number_nothing_counts_as_matched() -> None:
    import_old.execute([row(personal_id=None, legacy_id9="197012204")])
    assert PortalAccount.objects.get().state == State.OPEN


def test_a_broken_line_is_named_by_its_number_only() -> None:
    lines = ["{", row(personal_id="0451850001"), "", row(kind="vua"), row()]
    report = import_old.execute(lines)
    assert report.made == 1
    assert [number for number, _ in report.faults] == [1, 2, 4]
    assert "045185" not in str(report.faults)


def test_nothing_can_be_read_in_the_table() -> None:
    from django.db import connection

    import_old.execute([row()])
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(a)::text from accounts_portalaccount a")
        dump = cursor.fetchone()[0]
    for text in ("045185000123", "Duyên", "0900000123", "duyen@example.vn", "1985"):
        assert text not in dump
        assert text.encode().hex() not in dump
