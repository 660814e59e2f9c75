"""`portal purge` removes what has outlived its purpose in every app, and nothing that has not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dossier_kit as kit
import pytest
from django.test import Client

from conftest import login_eid
from portal.accounts.actions.purge import purge_all
from portal.dossiers import parking
from portal.dossiers.models import LookupAttempt, ParkedPage
from portal.sso.models import UsedLogoutToken

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("registry")
def test_parked_pages_lookups_and_used_tokens(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    now = datetime.now(UTC)
    parking.park(draft.pk, "noi-tam-tru", {"address_line": "Số 12"})
    LookupAttempt.objects.create(asker=b"a" * 32, at=now)
    removed = purge_all()
    assert (removed["parked pages"], removed["look-ups"]) == (0, 0)
    ParkedPage.objects.update(at=now - timedelta(days=2))
    LookupAttempt.objects.update(at=now - timedelta(hours=1))
    UsedLogoutToken.objects.create(jti="old")
    UsedLogoutToken.objects.update(used_at=now - timedelta(hours=2))
    removed = purge_all()
    assert (removed["parked pages"], removed["look-ups"], removed["logins handed out"]) == (1, 1, 1)
    assert "messages between portals" in removed
