"""A dossier is its owner's: others find nothing; the public look-up tells a state and is slow on purpose."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from conftest import login_eid, make_identity
from portal.dossiers import events, lookup
from portal.dossiers.actions.supplement import supplement
from portal.dossiers.actions.withdraw import withdraw
from portal.dossiers.models import Dossier, DossierEvent
from portal.dossiers.standing import ActNotPossible

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(client: Client, registry: kit.Registry) -> Dossier:
    """A dossier filed in `client`."""
    kit.seed_catalogue()
    login_eid(client)
    return kit.file_dossier(client)


def test_a_stranger_finds_nothing(browser: Callable[[], Client], dossier: Dossier) -> None:
    stranger = browser()
    login_eid(stranger, make_identity(personal_id="045085000777", full_name="Người Lạ"))
    for path in ("", "/bien-nhan", "/bien-nhan.pdf", "/rut"):
        assert stranger.get(f"/ho-so/{dossier.pk}{path}").status_code == 404
    assert stranger.post(f"/ho-so/{dossier.pk}/rut").status_code == 404
    assert stranger.post(f"/ho-so/{dossier.pk}/bo-sung", {"message": "x"}).status_code == 404
    for path in ("kiem-tra", "noi-tam-tru", "bo"):
        assert stranger.get(f"/ho-so/ban-nhap/{dossier.draft_id}/{path}").status_code == 404
    assert dossier.code not in stranger.get("/ho-so").content.decode()


def test_the_acts_themselves_know_the_owner(browser: Callable[[], Client], dossier: Dossier) -> None:
    stranger = login_eid(browser(), make_identity(personal_id="045085000777", full_name="Người Lạ"))
    with pytest.raises(ActNotPossible, match="NOT_YOURS"):
        withdraw(dossier.pk, kit.owner_of(stranger), stranger)
    with pytest.raises(ActNotPossible, match="NOT_YOURS"):
        supplement(dossier.pk, kit.owner_of(stranger), stranger, message="x", uploads=[])


def test_lookup_tells_the_state_only(browser: Callable[[], Client], dossier: Dossier) -> None:
    page = browser().get("/tra-cuu", {"code": dossier.code.lower()}).content.decode()
    assert "Mới đăng ký" in page
    for secret in ("Duyên", "045185000123", "0905000123", "Số 12", "Công an xã", str(dossier.pk)):
        assert secret not in page
    assert browser().get("/tra-cuu", {"code": "000.00.01.H50-240504-0999"}).status_code == 404
    assert browser().get("/tra-cuu", {"code": "' or 1=1"}).status_code == 404


def test_lookup_is_rate_limited(client: Client, dossier: Dossier) -> None:
    codes = [client.get("/tra-cuu", {"code": f"000.00.01.H50-240504-{n:04}"}).status_code for n in range(2, 14)]
    assert codes[: lookup.PER_ASKER] == [404] * lookup.PER_ASKER
    assert set(codes[lookup.PER_ASKER :]) == {429}
    assert client.get("/tra-cuu", {"code": dossier.code}).status_code == 429


def test_events_are_a_chain_that_nobody_edits(client: Client, dossier: Dossier) -> None:
    client.post(f"/ho-so/{dossier.pk}/rut", {"reason": "Đổi ý"})
    assert events.broken_at(dossier) is None
    with pytest.raises(DatabaseError), transaction.atomic():
        DossierEvent.objects.filter(dossier=dossier).update(act="accept")
    with pytest.raises(DatabaseError), transaction.atomic():
        DossierEvent.objects.filter(dossier=dossier).delete()
    with connection.cursor() as cursor:  # the owner of the tables could: then the chain tells
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table dossiers_dossierevent disable trigger event_append_only")
        cursor.execute("update dossiers_dossierevent set act = 'accept' where seq = 2")
        cursor.execute("alter table dossiers_dossierevent enable trigger event_append_only")
    assert events.broken_at(dossier) == 2


def test_a_code_once_given_never_changes(dossier: Dossier) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(code="000.00.01.H50-240504-0777")


def test_a_dump_shows_no_person(dossier: Dossier) -> None:
    with connection.cursor() as cursor:
        dump = []
        for table in ("dossiers_dossier", "dossiers_draft", "dossiers_dossierevent", "accounts_auditentry"):
            cursor.execute(f"select coalesce(string_agg(row_to_json(t)::text, ''), '') from {table} t")
            dump.append(cursor.fetchone()[0])
    text = "".join(dump)
    assert str(dossier.pk) in text
    for secret in ("Duyên", "045185000123", "0905000123", "Số 12"):
        assert secret not in text
