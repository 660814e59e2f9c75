"""Dynamic client registration (RFC 7591, RFC 7592): off by default, and never more than a stranger."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from eid_harness.npm import Conversation
from eid_harness.register import Register
from eid_harness.relying_party import new_key
from eid_harness.running import RunningEid
from eid_harness.tls import Publisher
from eid_harness.world import World

from wire import loopback

ASKED = {"client_name": "Stranger", "redirect_uris": ["https://stranger.example/cb"]}


@pytest.fixture(scope="module")
def eid(new_eid: Callable[..., RunningEid], register: Register) -> RunningEid:
    made = new_eid(register.origin, EID_DYNAMIC_REGISTRATION="1", EID_OUTBOUND_ALLOW="client.localhost")
    made.start()
    return made


def call(eid: RunningEid, method: str, token: str, document: Any = None, client_id: str = "") -> httpx.Response:
    with loopback.client(base_url=eid.issuer, timeout=30) as http:
        path = f"/register?client_id={client_id}" if client_id else "/register"
        content = None if document is None else json.dumps(document).encode()
        return http.request(method, path, content=content, headers={"authorization": f"Bearer {token}"})


def initial(eid: RunningEid) -> str:
    return eid.verb("clients", "initial-token").stdout.strip()


def test_it_is_off_unless_the_operator_wants_it(world: World, eid: RunningEid) -> None:
    assert world.national.http.post("/register", content=b"{}").status_code == 404
    said = world.national.http.get("/.well-known/openid-configuration").json()
    assert "registration_endpoint" not in said
    with loopback.client(base_url=eid.issuer) as http:
        assert http.get("/.well-known/openid-configuration").json()["registration_endpoint"] == f"{eid.issuer}/register"
        assert http.post("/register", content=json.dumps(ASKED).encode()).status_code == 401


def test_a_client_lives_from_its_token_to_its_end(eid: RunningEid) -> None:
    token = initial(eid)
    made = call(eid, "POST", token, ASKED)
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    client = made.json()
    assert client["redirect_uris"] == ASKED["redirect_uris"]
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["client_secret_expires_at"] == 0
    assert client["client_id_issued_at"] > 1_700_000_000
    assert call(eid, "POST", token, ASKED).status_code == 401, "an initial access token is used once"
    with loopback.client(base_url=eid.issuer) as http:
        form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": ASKED["redirect_uris"][0]}
        proven = http.post("/token", data=form, auth=(client["client_id"], client["client_secret"]))
        assert proven.json()["error"] == "invalid_grant", "the secret is good"

    read = call(eid, "GET", client["registration_access_token"], client_id=client["client_id"])
    assert read.status_code == 200
    assert "client_secret" not in read.json()
    assert call(eid, "GET", client["registration_access_token"], client_id=client["client_id"]).status_code == 401
    own = read.json()["registration_access_token"]
    whole = ASKED | {"client_id": client["client_id"], "client_name": "Known", "logo_uri": "https://stranger.example/l"}
    for wrong in ({"client_secret": "chosen" * 8}, {"registration_access_token": own}, {"client_id_issued_at": 1}):
        assert call(eid, "PUT", own, whole | wrong, client["client_id"]).status_code == 400
    changed = call(eid, "PUT", own, whole | {"client_secret": client["client_secret"]}, client["client_id"]).json()
    assert (changed["client_name"], changed["logo_uri"]) == ("Known", whole["logo_uri"])
    own = changed["registration_access_token"]
    whole.pop("logo_uri")
    short = call(eid, "PUT", own, whole, client["client_id"]).json()
    assert "logo_uri" not in short, "what is left out is taken away"
    own = short["registration_access_token"]
    with loopback.client(base_url=eid.issuer) as http:
        proven = http.post("/token", data=form, auth=(client["client_id"], client["client_secret"]))
        assert proven.json()["error"] == "invalid_grant", "the secret is still good"
    assert call(eid, "PUT", own, whole | {"client_id": "another"}, client["client_id"]).status_code == 400
    assert call(eid, "DELETE", own, client_id=client["client_id"]).status_code == 204
    assert call(eid, "GET", own, client_id=client["client_id"]).status_code == 401


def test_one_client_never_manages_another(eid: RunningEid) -> None:
    one, two = (call(eid, "POST", initial(eid), ASKED).json() for _ in range(2))
    for method in ("GET", "DELETE"):
        answer = call(eid, method, one["registration_access_token"], client_id=two["client_id"])
        assert answer.status_code == 401
    assert call(eid, "GET", initial(eid), client_id=two["client_id"]).status_code == 401
    assert call(eid, "GET", two["registration_access_token"], client_id=two["client_id"]).status_code == 200


def test_a_stranger_stays_one(eid: RunningEid) -> None:
    wanted = ASKED | {
        "client_id": "national",
        "client_secret": "chosen-by-somebody-else-0123456789abcdef",
        "sector": "portal-national",
        "system": "national",
        "organization": {"vi": "Bộ Công an", "en": "Ministry"},
        "scope": "openid ssf.manage profile",
        "resources": ["https://population.example"],
        "consent_with_code": True,
    }
    client = call(eid, "POST", initial(eid), wanted).json()
    assert client["client_id"] != "national"
    assert client["client_secret"] != wanted["client_secret"]
    assert client["scope"] == "openid profile"
    assert not {"sector", "system", "organization", "resources", "consent_with_code"} & set(client)
    listed = eid.verb("clients", "list").stdout
    assert [line.split("\t")[2] for line in listed.splitlines() if client["client_id"] in line] == ["stranger.example"]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://stranger.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://stranger.example/cb"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "magic"}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"software_statement": "a.b.c"}, "invalid_software_statement"),
        ({"software_statement": 7}, "invalid_software_statement"),
        ({"initiate_login_uri": "http://stranger.localhost/start"}, "invalid_client_metadata"),
        ({"initiate_login_uri": "https://stranger.example/start#x"}, "invalid_client_metadata"),
        ({"redirect_uris": ["com.example.app:/cb"], "application_type": "native"}, "invalid_redirect_uri"),
        ({"application_type": "desktop"}, "invalid_client_metadata"),
        ({"response_types": ["id_token"]}, "invalid_client_metadata"),
        ({"response_types": []}, "invalid_client_metadata"),
        ({"grant_types": ["refresh_token"], "response_types": ["code"]}, "invalid_client_metadata"),
        ({"jwks": {"keys": []}, "jwks_uri": "https://stranger.example/j", "logo_uri": "x"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "HS256"}, "invalid_client_metadata"),
        ({"id_token_encrypted_response_enc": "A128GCM"}, "invalid_client_metadata"),
        ({"id_token_encrypted_response_alg": "ECDH-ES"}, "invalid_client_metadata"),
        ({"authorization_encrypted_response_alg": "ECDH-ES"}, "invalid_client_metadata"),
        ({"tos_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"policy_uri": "http://stranger.example/p"}, "invalid_client_metadata"),
        ({"profile": "fapi2", "token_endpoint_auth_method": "client_secret_basic"}, "invalid_client_metadata"),
        ({"sector_identifier_uri": "https://127.0.0.1/s"}, "invalid_client_metadata"),
    ],
)
def test_what_cannot_be_is_refused_and_the_token_stays_good(eid: RunningEid, more: dict[str, Any], error: str) -> None:
    token = initial(eid)
    answer = call(eid, "POST", token, ASKED | more)
    assert (answer.status_code, answer.json()["error"]) == (400, error), answer.text
    assert call(eid, "POST", token, ASKED).status_code == 201


def test_a_key_is_told_back_and_a_sector_document_has_to_name_every_address(eid: RunningEid) -> None:
    key = new_key().as_dict(private=False)
    fapi = ASKED | {"profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}}
    client = call(eid, "POST", initial(eid), fapi).json()
    assert client["jwks"]["keys"][0]["kid"] == key["kid"]
    assert "client_secret" not in client
    server = Publisher()
    server.publish("/sector", json.dumps(["https://other.example/cb"]).encode())
    asked = ASKED | {"sector_identifier_uri": f"http://client.localhost:{server.port}/sector"}
    assert call(eid, "POST", initial(eid), asked).json()["error"] == "invalid_client_metadata"
    server.publish("/sector", json.dumps(ASKED["redirect_uris"]).encode())
    assert call(eid, "POST", initial(eid), asked).status_code == 201
    server.close()


def test_nothing_of_a_token_is_kept(eid: RunningEid) -> None:
    token = initial(eid)
    client = call(eid, "POST", initial(eid), ASKED).json()
    with psycopg.connect(eid.environment["EID_DATABASE_URL"], autocommit=True) as connection:
        rows = connection.execute("select row_to_json(t)::text from registration_tokens t").fetchall()
        rows += connection.execute("select metadata::text from clients").fetchall()
    whole = " ".join(row[0] for row in rows)
    assert token not in whole
    assert client["client_secret"] not in whole
    assert client["registration_access_token"] not in whole


def test_openid_client_registers_itself(eid: RunningEid) -> None:
    said = {"issuer": eid.issuer, "initial_access_token": initial(eid), "metadata": ASKED}
    with Conversation("openid_client.mjs", flow="register", **said) as talk:
        client = talk.hear()["client"]
    assert client["redirect_uris"] == ASKED["redirect_uris"]
    assert client["client_secret"]
    assert client["registration_client_uri"].startswith(eid.issuer)
