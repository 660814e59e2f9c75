"""The slice: a citizen files 1.004194, gets a receipt, an officer accepts it, the citizen sees who did and when."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.test import Client

from conftest import login_eid
from portal.accounts.models import AccountNotice, AuditEntry
from portal.dossiers import events

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("registry")
def test_file_accept_see(
    browser: Callable[[], Client], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    kit.seed_catalogue()
    citizen = browser()
    login = login_eid(citizen)
    dossier = kit.file_dossier(citizen)
    assert dossier.code == "000.00.01.H50-240504-0001"
    page = citizen.get(f"/ho-so/{dossier.pk}/bien-nhan").content.decode()
    assert "240504" in page
    assert "6-5-2024" in page  # filed on the (worked) Saturday of the notice: the desk answers by Monday

    officer, grant = kit.officer_browser(browser)
    assert dossier.code[-4:] in officer.get("/mot-cua").content.decode()
    assert officer.get(f"/mot-cua/ho-so/{dossier.pk}").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(f"/mot-cua/ho-so/{dossier.pk}/tra-loi", {"decision": "accept", "seen_state": "submitted"})
    assert answer.status_code == 302

    seen = citizen.get(f"/ho-so/{dossier.pk}").content.decode()
    assert "Bùi Thị Ngọc" in seen
    assert "Công an xã Tân Thành" in seen
    dossier.refresh_from_db()
    assert dossier.state == "accepted"
    assert dossier.appointment_at is not None
    assert events.broken_at(dossier) is None
    assert AccountNotice.objects.filter(profile_id=login.profile_id, template_key="dossier-accepted").exists()
    acts = AuditEntry.objects.filter(subject=f"dossier:{dossier.pk}").order_by("id").values_list("event", "actor")
    assert list(acts) == [
        ("dossier.submitted", f"profile:{login.profile_id}"),
        ("dossier.viewed", f"duty:{grant.pk}"),
        ("dossier.accept", f"duty:{grant.pk}"),
    ]


@pytest.mark.usefixtures("registry")
def test_the_receipt_is_a_tagged_pdf_with_the_code(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    dossier = kit.file_dossier(client)
    answer = client.get(f"/ho-so/{dossier.pk}/bien-nhan.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(answer.content)) as paper:
        assert "/StructTreeRoot" in paper.Root
        assert str(paper.Root.Lang) == "vi"
        assert dossier.code in str(paper.docinfo["/Title"])
