"""CIBA Core 1.0 and FAPI-CIBA: a client names a person, the person answers on their own page, the client hears once."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from eid_harness.browser import Browser, Page
from eid_harness.certificates import make
from eid_harness.npm import Conversation, wish
from eid_harness.relying_party import VERIFIED, RelyingParty
from eid_harness.servers import Listener
from eid_harness.world import Person, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt

from sandbox.testing import free_port
from wire import loopback

CIBA = "urn:openid:params:grant-type:ciba"
WORDS = "Hồ sơ 1234: ký số"
PARAMETERS = [
    "scope",
    "login_hint",
    "id_token_hint",
    "login_hint_token",
    "binding_message",
    "requested_expiry",
    "acr_values",
    "claims",
    "resource",
    "authorization_details",
    "request",
    "client_notification_token",
]
CERTIFICATE = make("CN=hospital,O=Agency,C=VN")


@pytest.fixture(scope="module")
def notified() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


@pytest.fixture(scope="module")
def clinic(world: World) -> RelyingParty:
    """A client of profile `oidc`, in poll mode."""
    more = {"grant_types": [CIBA, "authorization_code", "refresh_token"], "backchannel_token_delivery_mode": "poll"}
    return registered(world, "clinic", {"profile": "oidc", "id_token_signed_response_alg": "ES256"} | more)


@pytest.fixture(scope="module")
def bank(world: World, notified: Listener) -> RelyingParty:
    """A client of profile `oidc`, in ping mode."""
    more = {
        "profile": "oidc",
        "id_token_signed_response_alg": "ES256",
        "grant_types": [CIBA],
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": f"http://127.0.0.1:{notified.port}/ping",
    }
    return registered(world, "bank", more)


@pytest.fixture(scope="module")
def hospital(world: World) -> RelyingParty:
    """A FAPI-CIBA client behind the proxy of the tests: signed requests, tokens bound to its certificate."""
    port = free_port()
    world.eid.start(f"127.0.0.1:{port}", EID_CLIENT_CERT_HEADER="Client-Cert", EID_TRUSTED_PROXIES="127.0.0.1")
    more = {
        "grant_types": [CIBA],
        "backchannel_token_delivery_mode": "poll",
        "tls_client_certificate_bound_access_tokens": True,
    }
    rp = registered(world, "hospital", more)
    rp.http = loopback.client(base_url=f"http://127.0.0.1:{port}", timeout=30, headers=CERTIFICATE.header)
    return rp


@pytest.fixture(autouse=True)
def _fresh_limits(world: World) -> Iterator[None]:
    yield
    world.sql("delete from rate_limits")


def registered(world: World, name: str, more: dict[str, Any]) -> RelyingParty:
    title = (f"Cơ sở {name}", f"The {name}")
    rp = RelyingParty(world.eid.issuer, name, f"http://{name}.localhost:9000/cb", name, name=title, more=more)
    world.eid.register(rp.metadata())
    return rp


def requested(rp: RelyingParty, **form: str) -> httpx.Response:
    return rp.http.post("/bc-authorize", data=rp.authenticated(**form))


def asked(rp: RelyingParty, person: Person, **form: str) -> str:
    answer = requested(rp, scope="openid phone", login_hint=person.personal_id, binding_message=WORDS, **form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["interval"] == 5
    return answer.json()["auth_req_id"]


def polled(rp: RelyingParty, auth_req_id: str) -> httpx.Response:
    """Without a DPoP proof: these clients use bearer tokens or their certificate."""
    return rp.http.post("/token", data=rp.authenticated(grant_type=CIBA, auth_req_id=auth_req_id))


def owner(world: World, person: Person) -> Browser:
    browser = world.browser()
    browser.get("/account/requests")
    page = world.sign_in(browser, person)
    assert page is not None
    assert page.url.endswith("/account/requests"), "back where the person wanted to go"
    return browser


def look(browser: Browser) -> Page:
    browser.get("/account/requests")
    return browser.submit("request-open-1")


def signed(rp: RelyingParty, header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    payload = {
        "iss": rp.client_id,
        "aud": rp.issuer,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "jti": secrets.token_urlsafe(16),
        "scope": "openid",
        "binding_message": WORDS,
    } | claims
    head = {"alg": "ES256", "kid": rp.key.kid} | (header or {})
    return jwt.encode(head, {name: value for name, value in payload.items() if value is not None}, rp.key)


def test_the_person_is_told_looks_and_allows(world: World, clinic: RelyingParty) -> None:
    person = world.person()
    auth_req_id = asked(clinic, person)
    assert polled(clinic, auth_req_id).json()["error"] == "authorization_pending"
    told = world.gateway.wait_for(person.phone, 1)[-1]
    assert "The clinic" in told
    assert "/account/requests" in told
    browser = owner(world, person)
    assert browser.get("/account").has("waiting")
    browser.get("/account/requests")
    assert browser.page is not None
    assert WORDS in browser.page.text
    page = look(browser)
    assert page.soup.find(id="binding-message").get_text() == WORDS
    assert "The clinic" in page.text
    assert browser.submit("consent-accept").has("answer-allowed")
    answer = polled(clinic, auth_req_id).json()
    claims = clinic.claims(answer["id_token"])
    assert claims["acr"] == "urn:motcua:acr:eid2"
    assert (
        clinic.http.get("/userinfo", headers={"authorization": f"Bearer {answer['access_token']}"})
        .json()["phone_number"]
        .endswith(person.phone[1:])
    )
    assert polled(clinic, auth_req_id).json()["error"] == "invalid_grant", "once"
    browser.get("/account/activity")
    assert "Allowed a request of another screen" in browser.page.text


@pytest.mark.parametrize("where", ["list", "question"])
def test_a_no_is_a_no(world: World, clinic: RelyingParty, where: str) -> None:
    person = world.person()
    auth_req_id = asked(clinic, person)
    browser = owner(world, person)
    if where == "list":
        page = browser.submit("request-deny-1")
    else:
        look(browser)
        page = browser.submit("consent-deny")
    assert page.has("answer-denied")
    assert polled(clinic, auth_req_id).json()["error"] == "access_denied"
    browser.get("/account/requests")
    assert browser.page is not None
    assert "Nothing waits for you" in browser.page.text


def test_another_person_sees_and_answers_nothing(world: World, clinic: RelyingParty) -> None:
    person, other = world.person(), world.person()
    auth_req_id = asked(clinic, person)
    request_id = str(world.sql("select id from pending_requests order by created_at desc limit 1")[0][0])
    browser = owner(world, other)
    assert browser.page is not None
    assert WORDS not in browser.page.text
    form_token = browser.page.soup.find("input", {"name": "form_token"})["value"]
    for action in ("open", "deny"):
        page = browser.post("/account/requests", {"form_token": form_token, "request": request_id, "action": action})
        assert page.has("answer-over")
    assert polled(clinic, auth_req_id).json()["error"] == "authorization_pending"


def test_a_page_opened_by_one_person_is_not_answered_by_another(world: World, clinic: RelyingParty) -> None:
    """The asked person opens the question and walks away; somebody else signs in to the same browser."""
    person, other = world.person(), world.person()
    auth_req_id = asked(clinic, person)
    browser = owner(world, person)
    question = look(browser)
    fields = question.soup.find(id="consent-accept").find_parent("form").find_all("input")
    form = {field["name"]: field["value"] for field in fields}
    browser.cookies.pop("__Host-eid_session")
    world.authorize(browser, other)
    account = str(world.sql("select account_id from sessions order by created_at desc limit 1")[0][0])
    page = browser.get(question.url)
    assert page.has("login-submit"), "the asked person has to sign in again"
    assert WORDS not in page.text
    page = browser.post(question.url, form | {"account": account, "action": "accept"})
    assert page.has("login-submit")
    assert polled(clinic, auth_req_id).json()["error"] == "authorization_pending"
    assert not world.sql("select 1 from consents where account_id = %s and client_id = 'clinic'", account)


def test_ping_tells_the_client_that_there_is_an_answer(world: World, bank: RelyingParty, notified: Listener) -> None:
    person, token = world.person(), secrets.token_urlsafe(24)
    auth_req_id = asked(bank, person, client_notification_token=token)
    browser = owner(world, person)
    look(browser)
    browser.submit("consent-accept")
    deadline = time.monotonic() + 10
    while not notified.received and time.monotonic() < deadline:
        time.sleep(0.05)
    path, headers, body = notified.received[-1]
    assert path == "/ping"
    assert {name.lower(): value for name, value in headers.items()}["authorization"] == f"Bearer {token}"
    assert json.loads(body) == {"auth_req_id": auth_req_id}
    assert polled(bank, auth_req_id).status_code == 200


def test_ping_is_tried_again_and_comes_at_the_end_too(world: World, bank: RelyingParty, notified: Listener) -> None:
    notified.received.clear()
    notified.answer = lambda path, body: 503 if len(notified.received) < 2 else 204
    auth_req_id = asked(bank, world.person(), client_notification_token=secrets.token_urlsafe(24))
    world.sql("update pending_requests set expires_at = now(), ping_at = now() where ping_at is not null")
    deadline = time.monotonic() + 15
    while len(notified.received) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [json.loads(body)["auth_req_id"] for _, _, body in notified.received[:2]] == [auth_req_id] * 2
    assert polled(bank, auth_req_id).json()["error"] == "expired_token"


@pytest.mark.parametrize("status", [302, 401, 403])
def test_a_client_that_refuses_a_ping_is_not_asked_again(
    world: World, bank: RelyingParty, notified: Listener, status: int
) -> None:
    notified.received.clear()
    notified.answer = lambda path, body: status
    asked(bank, world.person(), client_notification_token=secrets.token_urlsafe(24))
    world.sql("update pending_requests set ping_at = now() where ping_at is not null")
    deadline = time.monotonic() + 10
    while not notified.received and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3)
    assert len(notified.received) == 1
    notified.answer = lambda path, body: 204


@pytest.mark.parametrize("token", [None, "short", "ü" * 30, "a" * 1100])
def test_ping_needs_a_strong_notification_token(world: World, bank: RelyingParty, token: str | None) -> None:
    form = {} if token is None else {"client_notification_token": token}
    answer = requested(bank, scope="openid", login_hint=world.person().personal_id, **form)
    assert answer.json()["error"] == "invalid_request"


def test_id_token_hint_and_login_hint_token_name_the_person_too(world: World, clinic: RelyingParty) -> None:
    person, browser = world.person(), world.browser()
    tokens = world.tokens(browser, person, clinic)
    assert requested(clinic, scope="openid", id_token_hint=tokens["id_token"]).status_code == 200
    sub_id = {"format": "iss_sub", "iss": clinic.issuer, "sub": tokens["claims"]["sub"]}
    hint = signed(clinic, {"typ": "login-hint+jwt"}, sub_id=sub_id)
    assert requested(clinic, scope="openid", login_hint_token=hint).status_code == 200
    late = signed(clinic, {"typ": "login-hint+jwt"}, sub_id=sub_id, exp=int(time.time()) - 60)
    assert requested(clinic, scope="openid", login_hint_token=late).json()["error"] == "expired_login_hint_token"
    foreign = world.tokens(world.browser(), person)["id_token"]
    assert requested(clinic, scope="openid", id_token_hint=foreign).json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"login_hint": "045000000000", "id_token_hint": "x"}, "invalid_request"),
        ({"login_hint": "045000000000"}, "unknown_user_id"),
        ({"login_hint": "'; drop table accounts"}, "unknown_user_id"),
        ({"login_hint_token": "x"}, "invalid_request"),
        ({"login_hint": "1", "binding_message": "x" * 81}, "invalid_binding_message"),
        ({"login_hint": "1", "binding_message": "a\u202eb"}, "invalid_binding_message"),
        ({"login_hint": "1", "binding_message": "a\nb"}, "invalid_binding_message"),
        ({"login_hint": "1", "requested_expiry": "-1"}, "invalid_request"),
        ({"login_hint": "1", "scope": "phone"}, "invalid_scope"),
        ({"login_hint": "1", "request": "a.b.c"}, "invalid_request"),
        ({"login_hint": "1", "request_uri": "https://x/"}, "invalid_request"),
    ],
)
def test_a_bad_request_asks_nobody(clinic: RelyingParty, form: dict[str, str], error: str) -> None:
    assert requested(clinic, **({"scope": "openid"} | form)).json()["error"] == error


def test_requested_expiry_is_kept_in_bounds(world: World, clinic: RelyingParty) -> None:
    person = world.person()
    for asked_for, kept in (("60", 60), ("99999", 900)):
        answer = requested(clinic, scope="openid", login_hint=person.personal_id, requested_expiry=asked_for)
        assert answer.json()["expires_in"] == kept


def test_a_locked_account_is_not_asked(world: World, clinic: RelyingParty) -> None:
    person = world.person(state="locked", lock_reason="own_request")
    assert requested(clinic, scope="openid", login_hint=person.personal_id).json()["error"] == "unknown_user_id"


def test_nobody_is_asked_until_the_thumb_is_tired(world: World, clinic: RelyingParty) -> None:
    """Five requests in ten minutes from one client; then the person is left in peace, another person is not."""
    person = world.person()
    answers = [requested(clinic, scope="openid", login_hint=person.personal_id).status_code for _ in range(6)]
    assert answers == [200] * 5 + [403]
    assert requested(clinic, scope="openid", login_hint=world.person().personal_id).status_code == 200


def test_numbers_are_not_tried_out(world: World, clinic: RelyingParty) -> None:
    errors = [
        requested(clinic, scope="openid", login_hint=f"0450000{number:05}").json()["error"] for number in range(21)
    ]
    assert errors == ["unknown_user_id"] * 20 + ["access_denied"]


def test_a_client_without_ciba_is_refused(world: World) -> None:
    assert requested(world.national, scope="openid", login_hint="1").json()["error"] == "unauthorized_client"


def test_fapi_ciba_takes_signed_requests_and_binds_to_the_certificate(world: World, hospital: RelyingParty) -> None:
    person = world.person()
    answer = requested(hospital, request=signed(hospital, login_hint=person.personal_id))
    assert answer.status_code == 200, answer.text
    browser = owner(world, person)
    look(browser)
    browser.submit("consent-accept")
    tokens = polled(hospital, answer.json()["auth_req_id"]).json()
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert hospital.http.get("/userinfo", headers=bearer).status_code == 200
    other = loopback.client(base_url=str(hospital.http.base_url), headers=make("CN=thief").header)
    assert other.get("/userinfo", headers=bearer).status_code == 401


def test_fapi_ciba_gives_no_token_without_a_certificate(world: World, hospital: RelyingParty) -> None:
    auth_req_id = requested(hospital, request=signed(hospital, login_hint=world.person().personal_id)).json()
    form = hospital.authenticated(grant_type=CIBA, auth_req_id=auth_req_id["auth_req_id"])
    with loopback.client(base_url=str(hospital.http.base_url)) as bare:
        assert bare.post("/token", data=form).json()["error"] == "invalid_request"
    form = hospital.authenticated(grant_type=CIBA, auth_req_id=auth_req_id["auth_req_id"])
    with loopback.client(base_url=hospital.issuer) as bare:
        for _ in range(2):
            proof = {"dpop": hospital.proof("POST", "/token")}
            answer = bare.post("/token", data=form, headers=proof)
            hospital.nonce = answer.headers.get("dpop-nonce", hospital.nonce)
            form = hospital.authenticated(grant_type=CIBA, auth_req_id=auth_req_id["auth_req_id"])
    assert answer.json()["error"] == "invalid_request", "DPoP is not what FAPI-CIBA asks for"


def test_a_ciba_client_may_name_the_endpoint_that_it_calls(world: World, hospital: RelyingParty) -> None:
    """CIBA 7.1: the issuer, the token endpoint and this endpoint are all us; anything else is somebody else."""
    person = world.person()
    for audience, status in (("/token", 200), ("/bc-authorize", 200), ("/other", 401)):
        form = hospital.authenticated(request=signed(hospital, login_hint=person.personal_id))
        form["client_assertion"] = hospital.assertion(aud=hospital.issuer + audience)
        assert hospital.http.post("/bc-authorize", data=form).status_code == status


def test_fapi_ciba_refuses_what_is_not_signed_or_has_no_words(world: World, hospital: RelyingParty) -> None:
    person = world.person()
    plain = requested(hospital, scope="openid", login_hint=person.personal_id, binding_message=WORDS)
    assert plain.json()["error"] == "invalid_request"
    beside = requested(hospital, request=signed(hospital), login_hint=person.personal_id)
    assert beside.json()["error"] == "invalid_request", "what stands beside the signed request does not count"
    wordless = requested(hospital, request=signed(hospital, login_hint=person.personal_id, binding_message=None))
    assert wordless.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "clinic"},
        {"aud": "https://other.example"},
        {"aud": None},
        {"exp": 1},
        {"exp": int(time.time()) + 7200},
        {"nbf": None},
        {"nbf": int(time.time()) + 600},
        {"nbf": int(time.time()) - 4000, "exp": int(time.time()) + 60},
        {"jti": None},
        {"iat": None},
        {"request": "x"},
        {"client_assertion": "x"},
        {"login_hint": "a\x00b"},
    ],
)
def test_a_signed_request_is_judged_whole(world: World, hospital: RelyingParty, wrong: dict[str, Any]) -> None:
    text = signed(hospital, **({"login_hint": "045000000000"} | wrong))
    assert requested(hospital, request=text).json()["error"] == "invalid_request"


def test_a_signed_request_counts_once_and_only_with_the_clients_key(world: World, hospital: RelyingParty) -> None:
    person = world.person()
    text = signed(hospital, login_hint=person.personal_id)
    assert requested(hospital, request=text).status_code == 200
    assert requested(hospital, request=text).json()["error"] == "invalid_request"
    stranger = RelyingParty(hospital.issuer, "hospital", "x", "x")
    forged = signed(stranger, {"kid": hospital.key.kid}, login_hint=person.personal_id)
    assert requested(hospital, request=forged).json()["error"] == "invalid_request"


def test_fapi_ciba_is_not_registered_without_a_certificate(world: World) -> None:
    rp = RelyingParty(world.eid.issuer, "bare", "http://bare.localhost:9000/cb", "bare", more={"grant_types": [CIBA]})
    document = rp.metadata() | {"backchannel_token_delivery_mode": "poll"}
    refused = world.eid.verb("clients", "add", "/dev/stdin", feed=json.dumps(document), check=False)
    assert refused.returncode == 1
    assert "tls_client_certificate_bound_access_tokens" in refused.stderr


def test_the_table_shows_no_words_and_no_number(world: World, clinic: RelyingParty) -> None:
    person = world.person()
    auth_req_id = asked(clinic, person)
    for row in world.sql("select row_to_json(p)::text from pending_requests p"):
        assert auth_req_id not in row[0]
        assert WORDS not in row[0]
        assert person.personal_id not in row[0]


def test_verified_claims_need_the_register_also_here(world: World, clinic: RelyingParty) -> None:
    person = world.person()
    auth_req_id = asked(clinic, person, claims=json.dumps(VERIFIED))
    world.register.down = True
    browser = owner(world, person)
    assert "register-unavailable" in look(browser).url
    world.register.down = False
    look(browser)
    browser.submit("consent-accept")
    token = polled(clinic, auth_req_id).json()["access_token"]
    told = clinic.http.get("/userinfo", headers={"authorization": f"Bearer {token}"}).json()
    assert told["verified_claims"]["claims"]["personal_id"] == person.personal_id


def test_discovery_says_how_to_ask(world: World) -> None:
    metadata = world.national.http.get("/.well-known/openid-configuration").json()
    assert metadata["backchannel_authentication_endpoint"] == f"{world.eid.issuer}/bc-authorize"
    assert metadata["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert metadata["backchannel_user_code_parameter_supported"] is False
    assert "RS256" not in metadata["backchannel_authentication_request_signing_alg_values_supported"]
    assert CIBA in metadata["grant_types_supported"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(
        st.sampled_from(PARAMETERS),
        st.text(max_size=30),
        max_size=5,
    ),
    path=st.sampled_from(["/bc-authorize", "/device_authorization", "/introspect", "/revoke"]),
)
def test_no_authenticated_form_breaks_the_provider(clinic: RelyingParty, form: dict[str, str], path: str) -> None:
    answer = clinic.http.post(path, data=clinic.authenticated(**form))
    assert answer.status_code in {200, 400, 403}, answer.text


def test_openid_client_asks_and_polls(world: World, clinic: RelyingParty) -> None:
    person = world.person()
    asked = {"login_hint": person.personal_id, "binding_message": WORDS}
    with Conversation("openid_client.mjs", flow="ciba", **wish(clinic, dpop=None, parameters=asked)) as talk:
        assert talk.hear()["started"]["interval"] == 5
        browser = owner(world, person)
        look(browser)
        browser.submit("consent-accept")
        talk.say(go=True)
        told = talk.hear()
        assert (told["token_type"], told["claims"]["aud"]) == ("bearer", clinic.client_id)
