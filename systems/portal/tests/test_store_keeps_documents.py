"""The document store: what an old account brought is there, once, for its owner only."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.test import Client

from conftest import login_eid, login_old, make_account, make_identity
from portal.accounts import holdings, signals
from portal.accounts.models import PortalAccount
from portal.dossiers.models import Dossier
from portal.store import vault
from portal.store.inspection import inspect
from portal.store.models import Document, Source

pytestmark = pytest.mark.django_db
DOCUMENTS = [{"name": "Giấy khai sinh", "sha256": "ab" * 32}, {"name": "Bằng tốt nghiệp", "sha256": "cd" * 32}]
DOSSIERS = [
    {"procedure_code": "1.001193", "submitted_at": "2023-03-14T09:05:00+07:00", "status": 10},
    {"procedure_code": "1.004194", "submitted_at": "2024-04-22T08:20:00+07:00", "status": 4},
]


@pytest.fixture
def imported() -> PortalAccount:
    """An old account that brought two documents and two dossiers."""
    kit.seed_catalogue()
    account = make_account()
    signals.old_account_imported.send(PortalAccount, account=account, documents=DOCUMENTS, dossiers=DOSSIERS)
    return account


@pytest.mark.usefixtures("policy_until_july")
def test_what_the_old_account_brought_is_shown(client: Client, imported: PortalAccount) -> None:
    login_old(client, imported)
    page = client.get("/kho-du-lieu").content.decode()
    assert "Giấy khai sinh" in page
    assert "Bằng tốt nghiệp" in page
    assert "Từ tài khoản do Cổng cấp" in page
    mine = client.get("/ho-so").content.decode()
    assert "Đăng ký khai sinh" in mine
    assert "Đang xử lý" in mine


def test_documents_come_once_and_dossiers_keep_their_day(imported: PortalAccount) -> None:
    signals.old_account_imported.send(PortalAccount, account=imported, documents=DOCUMENTS, dossiers=[])
    assert Document.objects.count() == 2
    codes = sorted(code.rsplit("-", 2)[1] for code in Dossier.objects.values_list("code", flat=True))
    assert codes == ["230314", "240422"]


def test_everything_moves_with_a_link_and_comes_back_the_same(imported: PortalAccount) -> None:
    person = make_account().profile
    before = holdings.snapshot(imported.profile_id)
    assert len(before) == 4
    assert holdings.move(before, person.pk) == before
    assert holdings.snapshot(imported.profile_id) == []
    assert holdings.digest(holdings.read_again(before)) == holdings.digest(before)
    holdings.move(before, imported.profile_id)
    assert holdings.snapshot(imported.profile_id) == before


def test_a_stranger_gets_no_document(client: Client, browser: Callable[[], Client]) -> None:
    login = login_eid(client)
    content = kit.pdf()
    stored = vault.put(inspect("kết quả.pdf", content), content)
    document = Document.objects.create(
        profile_id=login.profile_id,
        name="Kết quả",
        sha256=stored.sha256,
        source=Source.RESULT,
        file=stored,
        added_at=stored.received_at,
    )
    assert client.get(f"/kho-du-lieu/{document.pk}/tai-ve").status_code == 302
    stranger = browser()
    login_eid(stranger, make_identity(personal_id="045085000777"))
    assert stranger.get(f"/kho-du-lieu/{document.pk}/tai-ve").status_code == 404
    assert "chưa có giấy tờ nào" in stranger.get("/kho-du-lieu").content.decode()
