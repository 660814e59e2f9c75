"""Submit once and only once: a double click, two tabs, a retry, many at the same moment make one dossier."""

from __future__ import annotations

from threading import Barrier, Thread

import dossier_kit as kit
import pytest
from django.db import connection
from django.test import Client

from conftest import login_eid
from portal.dossiers.actions.submit import submit
from portal.dossiers.models import Dossier, DossierEvent

pytest_plugins = ["dossier_fixtures"]


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_double_click_makes_one_dossier(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft)
    first, second = (client.post(f"/ho-so/ban-nhap/{draft.pk}/kiem-tra", {"declared": "yes"}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Dossier.objects.count() == 1
    assert DossierEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_a_second_tab_comes_to_the_same_receipt(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft)
    dossier = kit.submit(client, draft)
    for page in ("kiem-tra", "noi-tam-tru"):
        answer = client.get(f"/ho-so/ban-nhap/{draft.pk}/{page}")
        assert answer.headers["Location"] == f"/ho-so/{dossier.pk}/bien-nhan"
    late = client.post(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru", {"address_line": "Số 99"})
    assert late.headers["Location"] == f"/ho-so/{dossier.pk}/bien-nhan"
    dossier.refresh_from_db()
    assert dossier.read_answers()["address_line"] == "Số 12, thôn 4"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("registry")
def test_many_at_the_same_moment_make_one_dossier(client: Client) -> None:
    kit.seed_catalogue()
    login = login_eid(client)
    draft = kit.begin(client)
    kit.fill(client, draft)
    barrier, made = Barrier(6), []

    def press() -> None:
        barrier.wait()
        made.append(submit(draft.pk, login.profile_id, login, declared=True))
        connection.close()

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.dossier.pk for one in made}) == 1
    assert sorted(one.repeated for one in made) == [False] + [True] * 5
    assert Dossier.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_nothing_is_filed_without_the_declaration_or_with_a_gap(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    incomplete = client.post(f"/ho-so/ban-nhap/{draft.pk}/kiem-tra", {"declared": "yes"})
    assert incomplete.status_code == 200
    kit.fill(client, draft)
    silent = client.post(f"/ho-so/ban-nhap/{draft.pk}/kiem-tra", {})
    assert silent.status_code == 200
    assert "declared-error" in silent.content.decode()
    assert Dossier.objects.count() == 0
