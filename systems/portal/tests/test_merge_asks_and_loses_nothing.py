"""Promise: several old accounts of one person come together whole; what differs is asked, what is double is kept."""

from __future__ import annotations

import dossier_kit as kit
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from portal_walks import matched_account
from test_undo_is_exact import give_document, link_now, undo_now

from conftest import login_eid, login_old, make_identity, new_browser
from portal.accounts import holdings
from portal.accounts.merging import ROWS, Place, RecordFacts, decide
from portal.accounts.models import AccountLink, PortalAccount
from portal.dossiers.models import Draft
from portal.store.models import Document

pytest_plugins = ["dossier_fixtures"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july", "registry")]
NUMBER = "045185000123"


def two_accounts() -> tuple[PortalAccount, PortalAccount]:
    return matched_account(personal_id=NUMBER), matched_account(personal_id=NUMBER, kind="official")


def begun(account: PortalAccount) -> Draft:
    browser = new_browser()
    login_old(browser, account)
    return kit.begin(browser)


@given(st.sampled_from(["role", "credential"]), st.booleans(), st.booleans(), st.booleans())
def test_no_role_and_no_credential_ever_comes_along(kind: str, same: bool, work: bool, contact: bool) -> None:
    assert decide(RecordFacts(kind, same, work, contact)).place is Place.STAYS


def test_the_published_rows_cover_what_is_asked() -> None:
    asked = [what for what, facts, _ in ROWS if decide(facts).asked]
    assert asked == ["a draft of a procedure for which the person has one already", "a contact point"]


def test_two_accounts_are_presented_as_one(client: Client) -> None:
    first, second = two_accounts()
    give_document(first, "khai sinh.pdf")
    give_document(second, "bằng cấp.pdf")
    who = make_identity(personal_id=NUMBER)
    hashes = {d.sha256 for d in Document.objects.all()}
    for account in (first, second):
        assert link_now(account, who).decision.allowed
    login_eid(client, who)
    page = client.get("/kho-du-lieu").content.decode()
    assert "khai sinh.pdf" in page
    assert "bằng cấp.pdf" in page
    assert {d.sha256 for d in Document.objects.all()} == hashes
    assert client.get("/tai-khoan").status_code == 200


def test_the_same_paper_in_both_is_kept_and_told(client: Client) -> None:
    first, second = two_accounts()
    give_document(first, "một tên.pdf")
    double = give_document(second, "tên khác.pdf")
    Document.objects.filter(pk=double.pk).update(sha256=Document.objects.exclude(pk=double.pk).get().sha256)
    who = make_identity(personal_id=NUMBER)
    for account in (first, second):
        link_now(account, who)
    double.refresh_from_db()
    assert double.profile_id == second.profile_id, "kept, with the account that it came in"
    login_eid(client, who)
    page = client.get("/tai-khoan/thong-tin-dinh-danh").content.decode()
    assert "1 giấy tờ ông/bà đã có" in page
    assert undo_now(AccountLink.objects.get(portal_account=second), who) == ""
    assert holdings.count(second.profile_id) == {"store.Document": 1}


def test_two_unfinished_forms_of_one_procedure_are_asked_about(client: Client) -> None:
    kit.seed_catalogue()
    first, second = two_accounts()
    drafts = [begun(first), begun(second)]
    who = make_identity(personal_id=NUMBER)
    for account in (first, second):
        link_now(account, who)
    login_eid(client, who)
    asked = client.post(f"/thu-tuc/{kit.PROCEDURE}/nop")
    assert asked["Location"] == "/ho-so?chon=1"
    page = client.get(asked["Location"]).content.decode()
    assert all(str(draft.pk) in page for draft in drafts)
    assert "Chọn tờ khai" in page
    assert client.post(f"/ho-so/ban-nhap/{drafts[0].pk}/bo").status_code == 302
    goes_on = client.post(f"/thu-tuc/{kit.PROCEDURE}/nop")
    assert str(drafts[1].pk) in goes_on["Location"]
