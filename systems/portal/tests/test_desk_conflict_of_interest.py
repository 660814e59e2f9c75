"""Nobody handles or looks up his own case or one of his household; a silent register is neither a yes nor a no."""

from __future__ import annotations

from collections.abc import Callable

import dossier_kit as kit
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import login_eid, make_identity
from portal.accounts.duty.rules import Refusal, may_handle
from portal.dossiers.models import Dossier

pytest_plugins = ["dossier_fixtures"]
OWN = "045083000124"


@pytest.fixture
def dossier(client: Client, registry: kit.Registry) -> Dossier:
    """A dossier of Ms Duyên."""
    kit.seed_catalogue()
    login_eid(client)
    return kit.file_dossier(client)


def _tries(officer: Client, dossier: Dossier) -> list[int]:
    page = f"/mot-cua/ho-so/{dossier.pk}"
    accept = {"decision": "accept", "seen_state": "submitted"}
    return [
        officer.get(page).status_code,
        officer.post(f"{page}/tra-loi", accept).status_code,
        officer.post(f"{page}/doi-chieu").status_code,
    ]


@pytest.mark.django_db
def test_own_case_is_refused_without_asking_anybody(
    browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry
) -> None:
    officer = browser()
    who = make_identity(personal_id="045185000123")
    login_eid(officer, who)
    kit.choose_role(officer, kit.grant_role(who))
    registry.questions.clear()
    assert _tries(officer, dossier) == [403, 403, 403]
    assert registry.questions == []
    dossier.refresh_from_db()
    assert dossier.state == "submitted"


@pytest.mark.django_db
def test_household_case_is_refused(browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry) -> None:
    officer, _grant = kit.officer_browser(browser, personal_id=OWN)
    registry.same_household = True
    assert _tries(officer, dossier) == [403, 403, 403]
    assert "SAME_HOUSEHOLD" in officer.get(f"/mot-cua/ho-so/{dossier.pk}").content.decode()
    dossier.refresh_from_db()
    assert (dossier.state, dossier.register_check) == ("submitted", {})


@pytest.mark.django_db
def test_register_down_is_unavailable_not_a_no_and_not_a_yes(
    browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry
) -> None:
    officer, _grant = kit.officer_browser(browser, personal_id=OWN)
    registry.down()
    assert _tries(officer, dossier) == [503, 503, 503]
    text = officer.get(f"/mot-cua/ho-so/{dossier.pk}").content.decode()
    assert "Đây chưa phải là được hay không được" in text
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
    registry.up()
    assert _tries(officer, dossier) == [200, 302, 302]


@pytest.mark.django_db
def test_another_office_has_no_such_dossier(browser: Callable[[], Client], dossier: Dossier) -> None:
    officer, _grant = kit.officer_browser(browser, personal_id=OWN, office="000.00.02.H50")
    assert _tries(officer, dossier)[0] == 404
    assert dossier.code not in officer.get("/mot-cua").content.decode()
    dossier.refresh_from_db()
    assert dossier.state == "submitted"


@pytest.mark.django_db
def test_a_lookup_by_the_officer_leaves_no_number_in_the_address(
    browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry
) -> None:
    officer, _grant = kit.officer_browser(browser, personal_id=OWN)
    _tries(officer, dossier)
    assert all("045185000123" not in path and OWN not in path for path in registry.questions)


@pytest.mark.django_db
def test_the_queue_hides_the_name_of_the_household(
    browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry
) -> None:
    name = dossier.who["full_name"]
    registry.same_household = True
    officer, _grant = kit.officer_browser(browser, personal_id=OWN)
    page = officer.get("/mot-cua").content.decode()
    assert str(dossier.pk) in page
    assert name not in page
    assert str(dossier.pk) not in officer.get("/mot-cua", {"q": name}).content.decode(), "nor found by the name"
    registry.same_household = False
    colleague, _grant = kit.officer_browser(browser, personal_id="045189000305")
    assert name in colleague.get("/mot-cua").content.decode()


@pytest.mark.django_db
def test_while_the_register_is_silent_the_queue_shows_no_name(
    browser: Callable[[], Client], dossier: Dossier, registry: kit.Registry
) -> None:
    officer, _grant = kit.officer_browser(browser, personal_id=OWN)
    registry.down()
    assert dossier.who["full_name"] not in officer.get("/mot-cua").content.decode()
    registry.up()
    assert dossier.who["full_name"] in officer.get("/mot-cua").content.decode(), "a silence is not kept as a no"


@given(
    official=st.sampled_from([b"a", b"b"]),
    subject=st.none() | st.sampled_from([b"a", b"b"]),
    same=st.none() | st.booleans(),
)
def test_only_a_plain_no_of_the_register_lets_an_official_act(
    official: bytes, subject: bytes | None, same: bool | None
) -> None:
    refusal = may_handle(official=official, subject=subject, same_household=same)
    if subject is None:
        assert refusal is None
    elif official == subject:
        assert refusal is Refusal.OWN_CASE
    else:
        assert (refusal is None) is (same is False)
