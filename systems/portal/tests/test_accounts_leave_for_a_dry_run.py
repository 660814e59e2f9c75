"""Promise: the operator gets every old account for a dry run, what it said and what it holds, and no password."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_undo_is_exact import give_document

from conftest import make_account
from portal.accounts.cli import export_accounts
from portal.accounts.models import PortalAccount
from portal.store.models import Document

pytestmark = pytest.mark.django_db


def test_the_file_is_its_owners_and_holds_no_password(tmp_path: Path) -> None:
    account = make_account(commune="19456")
    give_document(account)
    PortalAccount.objects.update(password_hash="argon2$made-up-hash")
    path = tmp_path / "accounts.ndjson"
    path.touch(mode=0o644)
    assert export_accounts(str(path)) == 0
    assert path.stat().st_mode & 0o077 == 0
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(rows) == PortalAccount.objects.count() == 1
    assert rows[0]["account_key"] == str(account.pk)
    assert rows[0]["full_name"] == account.full_name
    assert rows[0]["commune"] == "19456"
    assert rows[0]["personal_id"] == account.personal_id
    assert rows[0]["documents"] == sorted(str(one.pk) for one in Document.objects.all())
    assert "made-up-hash" not in path.read_text("utf-8")
