"""The slice: a citizen files 1.004194, gets a receipt, an officer accepts it, the citizen sees who did and when."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from portal.accounts import register_client
from portal.dossiers import events

sys.path.insert(0, str(Path(__file__).parent))

import dossier_kit as kit  # noqa: E402

pytestmark = pytest.mark.django_db
assert importlib.util.find_spec("dossier_kit")


@pytest.fixture
def register_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register's answers as facts: an address, and that nobody shares a household."""
    residence = {"unit_code": "19456", "unit_name": "xã Tân Thành, huyện Hướng Hóa, tỉnh Quảng Trị", "line": "Thôn 2"}
    monkeypatch.setattr(register_client, "lookup", lambda *a, **k: {"permanent_residence": residence})
    monkeypatch.setattr(register_client, "same_household", lambda *a, **k: False)


@pytest.mark.usefixtures("register_says")
def test_file_accept_see(browser: Callable[[], Client]) -> None:
    from conftest import login_eid, make_identity

    kit.seed_catalogue()
    citizen, officer = browser(), browser()
    login_eid(citizen)
    dossier = kit.file_dossier(citizen)
    assert dossier.code == "000.00.01.H50-240504-0001"
    receipt = citizen.get(f"/ho-so/{dossier.pk}/bien-nhan")
    page = receipt.content.decode()
    assert "240504" in page
    assert "6-5-2024" in page, page[page.index("mc-timeline"):][:900]  # Saturday afternoon: the desk answers by Monday 17:00

    badge = make_identity(personal_id="045189000305", full_name="Bùi Thị Ngọc", birth_date="1989-08-28")
    login_eid(officer, badge)
    kit.choose_role(officer, kit.grant_role(badge))
    assert dossier.code[-4:] in officer.get("/mot-cua").content.decode()
    shown = officer.get(f"/mot-cua/ho-so/{dossier.pk}")
    assert shown.status_code == 200
    answer = officer.post(f"/mot-cua/ho-so/{dossier.pk}/tra-loi", {"decision": "accept", "seen_state": "submitted"})
    assert answer.status_code == 302

    seen = citizen.get(f"/ho-so/{dossier.pk}").content.decode()
    assert "Bùi Thị Ngọc" in seen
    assert "Công an xã Tân Thành" in seen
    dossier.refresh_from_db()
    assert dossier.state == "accepted"
    assert events.broken_at(dossier) is None
