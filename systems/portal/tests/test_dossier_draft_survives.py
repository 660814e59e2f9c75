"""What was typed survives: a wrong answer, the end of the session, the register down, the date in between."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.test import Client

from conftest import login_eid, login_old, make_account, make_identity
from portal.accounts import sessions
from portal.accounts.models import PortalAccount, Profile, State
from portal.dossiers import parking
from portal.dossiers.models import Dossier, Draft, ParkedPage

pytest_plugins = ["dossier_fixtures"]
pytestmark = pytest.mark.django_db
PLACE = {"commune": "19456", "address_line": "Số 12, thôn 4", "until": "không biết"}


@pytest.mark.usefixtures("registry")
def test_a_wrong_answer_is_kept_beside_its_error(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    answer = client.post(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru", PLACE)
    page = answer.content.decode()
    assert 'value="không biết"' in page
    assert 'id="until-error"' in page
    assert 'value="Số 12, thôn 4"' in client.get(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru").content.decode()


@pytest.mark.usefixtures("registry")
def test_a_page_that_an_answer_has_closed_leads_to_the_summary(client: Client) -> None:
    kit.seed_catalogue()
    login_eid(client)
    draft = kit.begin(client)
    client.post(f"/ho-so/ban-nhap/{draft.pk}/ho-gia-dinh", {"household": "new"})
    closed = client.get(f"/ho-so/ban-nhap/{draft.pk}/chu-ho")
    assert closed.headers["Location"] == f"/ho-so/ban-nhap/{draft.pk}/kiem-tra"
    assert client.get(f"/ho-so/ban-nhap/{draft.pk}/cho-o").status_code == 200
    assert client.get(f"/ho-so/ban-nhap/{draft.pk}/khong-co").status_code == 404


@pytest.mark.usefixtures("registry")
def test_a_page_posted_after_the_session_ended_is_given_back(client: Client) -> None:
    kit.seed_catalogue()
    who = make_identity()
    login = login_eid(client, who)
    draft = kit.begin(client)
    sessions.end_sessions(profile=login.profile_id)
    answer = client.post(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru", PLACE)
    assert answer.headers["Location"].startswith("/dang-nhap")
    login_eid(client, who)
    page = client.get(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru").content.decode()
    assert 'value="Số 12, thôn 4"' in page
    assert 'value="không biết"' in page
    assert ParkedPage.objects.count() == 0


@pytest.mark.usefixtures("registry")
def test_a_parked_page_is_given_to_the_owner_only(client: Client, browser: Callable[[], Client]) -> None:
    kit.seed_catalogue()
    login = login_eid(client)
    draft = kit.begin(client)
    sessions.end_sessions(profile=login.profile_id)
    client.post(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru", PLACE)
    stranger = browser()
    login_eid(stranger, make_identity(personal_id="045085000777", full_name="Người Lạ"))
    assert stranger.get(f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru").status_code == 404
    assert parking.take_back(draft, "noi-tam-tru", Profile.objects.exclude(pk=draft.profile_id).get()) == {}
    assert ParkedPage.objects.count() == 1


def test_register_down_is_said_and_nothing_is_lost(client: Client, registry: kit.Registry) -> None:
    kit.seed_catalogue()
    registry.down()
    login_eid(client)
    draft = kit.begin(client)
    assert draft.register_state == "unavailable"
    page = client.get(f"/ho-so/ban-nhap/{draft.pk}/nguoi-dang-ky").content.decode()
    assert "Tạm thời chưa kết nối được với Cơ sở dữ liệu quốc gia về dân cư" in page
    assert 'name="permanent_residence"' in page
    kit.fill(client, draft)
    registry.up()
    client.post(f"/ho-so/ban-nhap/{draft.pk}/hoi-lai")
    draft = Draft.objects.get(pk=draft.pk)
    assert draft.register_state == "answered"
    assert draft.locked()["permanent_residence"].startswith("Thôn 2, xã Tân Thành")
    assert draft.read_answers()["phone"] == "0905000123"
    assert kit.submit(client, draft).code


@pytest.mark.usefixtures("policy_until_july", "registry")
def test_a_post_begun_before_the_date_is_not_filed_after_it(
    client: Client, country_date: Callable[[str], None]
) -> None:
    kit.seed_catalogue()
    account = make_account()
    login = login_old(client, account)
    draft = kit.begin(client)
    kit.fill(
        client,
        draft,
        **{
            "nguoi-dang-ky": {
                "full_name": "Hồ Thị Mỹ Duyên",
                "personal_id": "045185000123",
                "birth_date": "12/02/1985",
                **kit.ANSWERS["nguoi-dang-ky"],
            }
        },
    )
    country_date("2024-07-01T00:00:00+07:00")
    from conftest import issue_policy
    from portal.accounts.policy import OldLoginRefused
    from portal.dossiers.actions.submit import submit

    issue_policy()
    with pytest.raises(OldLoginRefused):
        submit(draft.pk, login.profile_id, login, declared=True)
    client.post(f"/ho-so/ban-nhap/{draft.pk}/kiem-tra", {"declared": "yes"})
    assert Dossier.objects.count() == 0
    assert Draft.objects.get(pk=draft.pk).read_answers()["address_line"] == "Số 12, thôn 4"


@pytest.mark.usefixtures("policy_until_july", "registry")
def test_a_page_typed_before_the_date_and_posted_after_it_is_given_back(
    client: Client, browser: Callable[[], Client], country_date: Callable[[str], None]
) -> None:
    kit.seed_catalogue()
    account = make_account()
    login_old(client, account)
    draft = kit.begin(client)
    stranger = browser()
    login_old(stranger, make_account())
    country_date("2024-07-01T00:00:00+07:00")
    place = f"/ho-so/ban-nhap/{draft.pk}/noi-tam-tru"
    stranger.post(place, PLACE | {"address_line": "Nhà người lạ"})
    assert ParkedPage.objects.count() == 0
    refused = client.post(place, PLACE)
    assert refused.status_code == 403
    assert ParkedPage.objects.count() == 1
    later = browser()
    login_eid(later, profile=account.profile)
    page = later.get(place).content.decode()
    assert 'value="Số 12, thôn 4"' in page
    assert 'value="không biết"' in page


@pytest.mark.usefixtures("policy_until_july", "registry")
def test_a_frozen_account_is_read_only(client: Client) -> None:
    kit.seed_catalogue()
    account = make_account()
    login_old(client, account)
    draft = kit.begin(client)
    PortalAccount.objects.filter(pk=account.pk).update(state=State.FROZEN)
    refused = client.post(f"/ho-so/ban-nhap/{draft.pk}/ho-gia-dinh", {"household": "new"})
    assert refused.status_code == 403
    assert client.get(f"/ho-so/ban-nhap/{draft.pk}/ho-gia-dinh").status_code == 200
    assert Draft.objects.get(pk=draft.pk).read_answers().get("household") is None
