"""Security events of the e-ID (SSF 1.0, RFC 8417, RFC 8935): believed when all is right, taken once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import ECKey

from conftest import login_eid, make_identity
from portal.accounts.models import AuditEntry
from portal.config import CONFIG
from portal.eid_login.events import CAEP, HEARD, RISC, SESSION_REVOKED, VERIFICATION
from portal.eid_login.provider import ProviderUnavailable, provider
from portal.eid_login.stream import push_authorization, subscribe

pytestmark = pytest.mark.django_db
DISABLED = RISC + "account-disabled"
LEVEL = CAEP + "assurance-level-change"


def push(client: Client, token: str, **more: str) -> Any:
    headers = {"origin": "", "authorization": push_authorization()} | more
    kind = headers.pop("content_type", "application/secevent+jwt")
    return client.generic("POST", "/vneid/su-kien", token, content_type=kind, headers=headers)


def is_in(client: Client) -> bool:
    return client.get("/tai-khoan").status_code == 200


def test_a_revoked_session_ends_that_session_only(client: Client, browser: Any, issuer: Any) -> None:
    who = make_identity()
    login_eid(client, who)
    other = browser()
    login_eid(other, make_identity(sub=who.sub, sid="another-sid"))
    token = issuer.security_event(CONFIG.eid_client_id, SESSION_REVOKED, who, session=who.sid)
    assert push(browser(), token).status_code == 202
    assert (is_in(client), is_in(other)) == (False, True)
    told = AuditEntry.objects.filter(event="eid_told").latest("id")
    assert told.detail["event"] == "session-revoked"


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (DISABLED, {}),
        ("urn:motcua:event:person-deceased", {}),
        ("urn:motcua:event:personal-number-changed", {}),
        (CAEP + "credential-change", {"credential_type": "password", "change_type": "update"}),
        (LEVEL, {"change_direction": "decrease"}),
    ],
)
def test_what_happened_to_the_account_ends_every_session_of_it(
    client: Client, browser: Any, issuer: Any, kind: str, event: dict[str, str]
) -> None:
    who, stranger, old = make_identity(), browser(), browser()
    for jar, sid in ((client, who.sid), (old, "another-sid")):
        login_eid(jar, make_identity(sub=who.sub, sid=sid))
    login_eid(stranger, make_identity(sub="somebody-else", personal_id="045079000201", sid="third-sid"))
    token = issuer.security_event(CONFIG.eid_client_id, kind, who, event=event)
    assert push(browser(), token).status_code == 202
    assert [is_in(jar) for jar in (client, old, stranger)] == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (RISC + "account-enabled", {}),
        (RISC + "identifier-changed", {}),
        (LEVEL, {"change_direction": "increase"}),
        ("https://example.org/some-other-event", {}),
        (VERIFICATION, {"state": "x"}),
    ],
)
def test_other_events_are_taken_and_end_nothing(
    client: Client, issuer: Any, browser: Any, kind: str, event: dict[str, str]
) -> None:
    who = make_identity()
    login_eid(client, who)
    assert push(browser(), issuer.security_event(CONFIG.eid_client_id, kind, who, event=event)).status_code == 202
    assert is_in(client)


def test_a_token_that_comes_again_is_taken_and_does_nothing(client: Client, issuer: Any, browser: Any) -> None:
    who = make_identity()
    token = issuer.security_event(CONFIG.eid_client_id, DISABLED, who)
    assert push(browser(), token).status_code == 202
    login_eid(client, who)
    assert push(browser(), token).status_code == 202
    assert is_in(client), "the account was enabled again meanwhile, and a late retry is no news"
    assert AuditEntry.objects.filter(event="eid_told").count() <= 1


@pytest.mark.parametrize(
    ("bend", "err"),
    [
        ({"iss": "http://other.localhost"}, "invalid_issuer"),
        ({"aud": "quangtri"}, "invalid_audience"),
        ({"aud": None}, "invalid_audience"),
        ({"exp": int(time.time()) + 300}, "invalid_request"),
        ({"iat": int(time.time()) + 3600}, "invalid_request"),
        ({"iat": int(time.time()) - 30 * 86400}, "invalid_request"),
        ({"iat": None}, "invalid_request"),
        ({"jti": None}, "invalid_request"),
        ({"events": {}}, "invalid_request"),
        ({"events": {DISABLED: {}, RISC + "account-enabled": {}}}, "invalid_request"),
        ({"events": {DISABLED: "x"}}, "invalid_request"),
        ({"sub_id": {"format": "email", "email": "a@example.vn"}}, "invalid_request"),
        ({"sub_id": {"format": "iss_sub", "iss": "http://other.localhost", "sub": "x"}}, "invalid_request"),
        ({"sub_id": None}, "invalid_request"),
        ({"header": {"typ": "logout+jwt"}}, "invalid_request"),
        ({"header": {"typ": "JWT"}}, "invalid_request"),
        ({"key": ECKey.generate_key("P-256", auto_kid=True)}, "invalid_key"),
    ],
    ids=str,
)
def test_what_is_not_for_us_is_refused_and_ends_nothing(
    client: Client, issuer: Any, browser: Any, bend: dict[str, Any], err: str
) -> None:
    who = make_identity()
    login_eid(client, who)
    bend = dict(bend)
    if bend.get("sub_id", {}) and bend["sub_id"].get("iss"):
        bend["sub_id"] = bend["sub_id"] | {"sub": who.sub}
    answer = push(browser(), issuer.security_event(CONFIG.eid_client_id, DISABLED, who, **bend))
    assert (answer.status_code, answer.json()["err"]) == (400, err)
    assert is_in(client)


def test_an_id_token_or_a_logout_token_is_no_event(client: Client, issuer: Any, browser: Any) -> None:
    who = make_identity()
    login_eid(client, who)
    assert push(browser(), issuer.logout_token(CONFIG.eid_client_id, who.sid)).status_code == 400
    assert push(browser(), "nonsense").status_code == 400
    assert is_in(client)


def test_a_push_without_our_word_is_refused(client: Client, issuer: Any, browser: Any) -> None:
    who = make_identity()
    login_eid(client, who)
    token = issuer.security_event(CONFIG.eid_client_id, DISABLED, who)
    for authorization in ("", "Bearer x", push_authorization()[:-1]):
        answer = push(browser(), token, authorization=authorization)
        assert (answer.status_code, answer.json()["err"]) == (400, "authentication_failed")
    assert push(browser(), token, content_type="application/json").status_code == 400
    assert is_in(client)


def test_while_the_keys_cannot_be_had_the_event_waits(client: Client, issuer: Any, browser: Any) -> None:
    who = make_identity()
    login_eid(client, who)
    token = issuer.security_event(CONFIG.eid_client_id, DISABLED, who)
    issuer.down = True
    provider.cache_clear()
    assert push(browser(), token).status_code == 503
    assert is_in(client)
    issuer.down = False
    assert push(browser(), token).status_code == 202
    assert not is_in(client)


def test_a_portal_subscribes_once_and_brings_its_stream_up_to_date(
    monkeypatch: pytest.MonkeyPatch, issuer: Any
) -> None:
    calls = play_transmitter(monkeypatch, issuer)
    assert subscribe(HEARD) == list(HEARD)
    assert subscribe(HEARD[:1]) == list(HEARD[:1])
    asked = [(method, path) for method, path, _ in calls if path == "/ssf/streams"]
    assert asked == [
        ("GET", "/ssf/streams"),
        ("POST", "/ssf/streams"),
        ("GET", "/ssf/streams"),
        ("PUT", "/ssf/streams"),
    ]
    made = calls[-1][2]
    assert made["delivery"]["endpoint_url"] == f"{CONFIG.origin}/vneid/su-kien"
    assert made["delivery"]["authorization_header"] == push_authorization()


def test_a_transmitter_of_another_issuer_gets_no_token(monkeypatch: pytest.MonkeyPatch, issuer: Any) -> None:
    calls = play_transmitter(monkeypatch, issuer, claimed="http://other.localhost")
    with pytest.raises(ProviderUnavailable):
        subscribe(HEARD)
    assert [path for _, path, _ in calls] == ["/.well-known/ssf-configuration"]


def play_transmitter(monkeypatch: pytest.MonkeyPatch, issuer: Any, claimed: str | None = None) -> list[Any]:
    """The issuer of these tests, as a transmitter with at most one stream; returns what it is asked."""
    calls: list[Any] = []
    streams: list[dict[str, Any]] = []
    usual = issuer.handle

    def handle(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if path == "/token":
            return 200, {"access_token": "own", "token_type": "DPoP", "expires_in": 300}
        if path != "/.well-known/ssf-configuration" and not path.startswith("/ssf/"):
            return usual(method, path, headers, body)
        document = json.loads(body) if body else None
        calls.append((method, path, document))
        if path.startswith("/.well-known/"):
            return 200, {"issuer": claimed or issuer.origin, "configuration_endpoint": f"{issuer.origin}/ssf/streams"}
        assert headers["Authorization"] == "DPoP own"
        if method == "GET":
            return 200, streams
        assert document is not None
        streams[:] = [document | {"stream_id": "s", "events_delivered": document["events_requested"]}]
        return 200 if method == "PUT" else 201, streams[0]

    monkeypatch.setattr(issuer, "handle", handle)
    return calls
