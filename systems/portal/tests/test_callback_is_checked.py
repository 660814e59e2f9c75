"""Promise: an e-ID answer counts only when every check passes, once, in the browser that asked, for what it asked."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import ECKey
from portal_walks import error_code

from conftest import login_eid, make_account, make_identity
from portal.accounts.models import Door, LoginSession
from portal.config import CONFIG
from portal.eid_login.models import LoginState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]
CALLBACK = "/vneid/tro-ve"


def to_eid(client: Client, query: str = "") -> str:
    answer = client.get(f"/vneid/bat-dau{query}")
    assert answer.status_code == 303
    return str(answer["Location"])


def outcome(client: Client, answer: dict[str, str]) -> str:
    """ "in", or the code of the refusal."""
    back = client.get(CALLBACK, answer)
    page = client.get(back["Location"])
    return "in" if page.status_code in (302, 303) else error_code(page)


def test_what_another_person_left_unfinished_is_not_mine(client: Client, issuer: Any) -> None:
    """At a shared computer: he proved who he is and went away; whoever signs in next gets nothing of it."""
    before = make_identity()
    client.get(CALLBACK, issuer.approve(to_eid(client), before))
    login_eid(client, make_identity(personal_id="045090000777"))
    assert error_code(client.get("/vneid/vao")) == "CALLBACK_STATE"


def test_a_good_answer_signs_in(client: Client, issuer: Any) -> None:
    assert outcome(client, issuer.approve(to_eid(client), make_identity())) == "in"


def test_nothing_of_the_person_is_in_the_address(client: Client, issuer: Any) -> None:
    who = make_identity()
    address = to_eid(client)
    back = client.get(CALLBACK, issuer.approve(address, who))
    for text in (address, back["Location"]):
        assert who.personal_id not in text
        assert who.sub not in text


def test_a_callback_without_its_state_is_refused(client: Client, issuer: Any) -> None:
    answer = issuer.approve(to_eid(client), make_identity())
    assert outcome(client, {"code": answer["code"], "iss": answer["iss"]}) == "CALLBACK_STATE"
    assert outcome(client, answer | {"state": "khong-co"}) == "CALLBACK_STATE"


def test_a_callback_counts_once(client: Client, issuer: Any) -> None:
    answer = issuer.approve(to_eid(client), make_identity())
    assert outcome(client, answer) == "in"
    assert outcome(client, answer) == "REPLAY"


def test_a_state_belongs_to_the_browser_that_asked(client: Client, browser: Any, issuer: Any) -> None:
    """Login CSRF: the attacker's callback in the victim's browser signs nobody in."""
    attacker = browser()
    answer = issuer.approve(to_eid(attacker), make_identity())
    to_eid(client)
    assert outcome(client, answer) == "CALLBACK_STATE"
    assert client.get("/tai-khoan").status_code == 302


def test_a_state_dies_after_ten_minutes(client: Client, issuer: Any) -> None:
    answer = issuer.approve(to_eid(client), make_identity())
    LoginState.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert outcome(client, answer) == "CODE_EXPIRED"


def test_another_issuers_answer_is_refused(client: Client, issuer: Any) -> None:
    answer = issuer.approve(to_eid(client), make_identity()) | {"iss": "http://ke-gian.localhost"}
    assert outcome(client, answer) == "VNEID_REFUSED"


@pytest.mark.parametrize(
    "bend",
    [
        {"iss": "http://ke-gian.localhost"},
        {"aud": "quangtri"},
        {"aud": ["national", "quangtri"]},
        {"azp": "quangtri"},
        {"nonce": "cua-lan-khac"},
        {"exp": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"auth_time": "hom qua"},
        {"auth_time": int(time.time()) + 3600},
        {"acr": "urn:motcua:acr:eid9"},
        {"acr": None},
        {"amr": ["pwd"]},
        {"amr": None},
        {"sub": ""},
        {"sid": None},
        {"at_hash": "khong-phai"},
    ],
    ids=str,
)
def test_an_id_token_with_one_wrong_claim_is_refused(client: Client, issuer: Any, bend: dict[str, Any]) -> None:
    assert outcome(client, issuer.approve(to_eid(client), make_identity(), id_token=bend)) == "VNEID_REFUSED"
    assert not Door.objects.exists()


def test_an_id_token_of_another_key_is_refused(client: Client, issuer: Any) -> None:
    forged = ECKey.generate_key("P-256", auto_kid=True)
    assert outcome(client, issuer.approve(to_eid(client), make_identity(), key=forged)) == "VNEID_REFUSED"


@pytest.mark.parametrize(
    "bend",
    [
        {"sub": "nguoi-khac"},
        {"eid_level": 1},
        {"eid_level": "2"},
        {"verified_claims": None},
        {
            "verified_claims": {
                "verification": {"trust_framework": "tu-xung"},
                "claims": {"personal_id": "045185000123"},
            }
        },
        {"verified_claims": {"verification": {"trust_framework": "vn_eid"}, "claims": {"name": "An"}}},
    ],
    ids=str,
)
def test_userinfo_that_does_not_fit_is_refused(client: Client, issuer: Any, bend: dict[str, Any]) -> None:
    """A forged `sub`, a level that the sign-in did not have, claims that nobody vouches for."""
    assert outcome(client, issuer.approve(to_eid(client), make_identity(), userinfo=bend)) == "VNEID_REFUSED"
    assert not Door.objects.exists()


def test_a_token_that_is_not_bound_to_our_key_is_not_used(client: Client, issuer: Any) -> None:
    """RFC 9449: a provider that answers "Bearer" was talked into something."""
    assert outcome(client, issuer.approve(to_eid(client), make_identity(), token_type="Bearer")) == "VNEID_UNAVAILABLE"
    assert not Door.objects.exists()


def test_a_fresh_sign_in_is_not_older_than_its_start(client: Client, issuer: Any) -> None:
    stale = make_identity(auth_time=int(time.time()) - 600)
    assert outcome(client, issuer.approve(to_eid(client, "?fresh=1"), stale)) == "VNEID_REFUSED"
    assert outcome(client, issuer.approve(to_eid(client), stale)) == "in"


def test_step_up_to_level_2_is_not_met_by_level_1(client: Client, issuer: Any) -> None:
    low = make_identity(eid_level=1)
    assert outcome(client, issuer.approve(to_eid(client, "?level=2"), low)) == "VNEID_REFUSED"
    asked = issuer.request_at(to_eid(client, "?level=2"))
    assert asked["acr_values"] == "urn:motcua:acr:eid2"


def test_step_up_by_another_person_is_refused(client: Client, issuer: Any) -> None:
    login_eid(client, make_identity(eid_level=1))
    other = make_identity(personal_id="045090000777")
    assert outcome(client, issuer.approve(to_eid(client, "?level=2"), other)) == "LINK_OTHER_PERSON"


def test_denied_consent_leads_back_with_its_meaning(client: Client, issuer: Any) -> None:
    start = client.get("/vneid/bat-dau", headers={"referer": f"{CONFIG.origin}/dang-nhap?next=/ho-so"})
    back = client.get(CALLBACK, issuer.refuse(start["Location"]))
    assert back["Location"] == "/dang-nhap?next=/ho-so"
    assert "Ông/bà đã chọn không chia sẻ" in client.get(back["Location"]).content.decode()
    assert "không chia sẻ" not in client.get(back["Location"]).content.decode()


def test_an_e_id_that_is_away_is_named(client: Client, issuer: Any) -> None:
    issuer.down = True
    assert error_code(client.get("/vneid/bat-dau")) == "VNEID_UNAVAILABLE"
    issuer.down = False
    answer = issuer.approve(to_eid(client), make_identity())
    issuer.down = True
    assert outcome(client, answer) == "VNEID_UNAVAILABLE"


def test_metadata_of_another_issuer_is_not_believed(issuer: Any) -> None:
    from portal.eid_login.provider import Provider, ProviderUnavailable

    elsewhere = CONFIG.eid_issuer.replace("eid.localhost", "127.0.0.1")
    with pytest.raises(ProviderUnavailable):
        Provider(elsewhere, "national").metadata()


def test_every_client_assertion_is_new(client: Client, issuer: Any) -> None:
    for _ in range(2):
        outcome(client, issuer.approve(to_eid(client), make_identity()))
    assert len(set(issuer.assertion_ids)) == len(issuer.assertion_ids)


def post_logout(client: Client, token: str) -> int:
    answer = client.post("/vneid/backchannel-logout", {"logout_token": token}, headers={"origin": ""})
    return int(answer.status_code)


def test_a_logout_token_ends_that_session_only(client: Client, browser: Any, issuer: Any) -> None:
    who = make_identity()
    login_eid(client, who)
    other = browser()
    login_eid(other, make_identity(sub=who.sub, sid="another-sid"))
    token = issuer.logout_token(CONFIG.eid_client_id, who.sid)
    assert post_logout(browser(), token) == 200
    assert client.get("/tai-khoan").status_code == 302
    assert other.get("/tai-khoan").status_code == 200
    assert post_logout(browser(), token) == 400


@pytest.mark.parametrize(
    "bend", [{"events": {}}, {"nonce": "x"}, {"aud": "quangtri"}, {"sid": None}, {"iss": "http://x.localhost"}], ids=str
)
def test_a_wrong_logout_token_ends_nothing(client: Client, browser: Any, issuer: Any, bend: dict[str, Any]) -> None:
    who = make_identity()
    login_eid(client, who)
    assert post_logout(browser(), issuer.logout_token(CONFIG.eid_client_id, **({"sid": who.sid} | bend))) == 400
    assert LoginSession.objects.filter(sid=who.sid).exists()


def test_a_registered_account_without_match_is_not_offered(client: Client, issuer: Any) -> None:
    who = make_identity()
    make_account(personal_id=who.personal_id)
    assert outcome(client, issuer.approve(to_eid(client), who)) == "in"
