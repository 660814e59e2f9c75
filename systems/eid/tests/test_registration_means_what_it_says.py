"""Registration 1.0 2, RFC 7591 2: what a client registers is checked, told back, acted on, and ends with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from eid_harness.browser import Browser
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.tls import Publisher
from eid_harness.world import World, made_up, numbers
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jwt
from joserfc.jwk import ECKey
from test_clients_register_themselves import ASKED, call, initial

from eid.clients import RegistrationRefused, dynamic, register, shown_name, software_statement
from eid.grants.authorization_request import build
from eid.oidc.errors import OAuthError
from wire import loopback

AUTHORITY = new_key()
TRUSTED = {"https://authority.example": [AUTHORITY.as_dict(private=False)]}
RP = RelyingParty("https://eid.example", "national", "https://portal.example/cb", "portal", more={"profile": "oidc"})


def statement(key: Any = AUTHORITY, header: dict[str, Any] | None = None, **more: Any) -> str:
    claims = {"iss": "https://authority.example", "software_id": "s-1", "client_name": "Checked"} | more
    return jwt.encode({"alg": "ES256", "kid": key.kid} | (header or {}), claims, key)


def error(text: object) -> str:
    try:
        software_statement.vouched(text, TRUSTED, now=int(time.time()))
    except OAuthError as caught:
        return caught.code
    return ""


def test_a_statement_counts_when_somebody_trusted_signed_it() -> None:
    """RFC 7591 2.3 and 3.2.2."""
    said = software_statement.vouched(statement(sub="x", iat=1), TRUSTED, now=int(time.time()))
    assert said == {"software_id": "s-1", "client_name": "Checked"}
    assert error(statement(iss="https://other.example")) == "unapproved_software_statement"
    assert error(statement(new_key())) == "invalid_software_statement"
    head, payload, _ = statement().split(".")
    for broken in (f"{head}.{payload}.", "x", "", None, {"a": 1}, statement(header={"typ": "at+jwt"}),
                   statement(exp=int(time.time()) - 120), statement(nbf=int(time.time()) + 120),
                   jwt.encode({"alg": "ES256"}, {"client_name": "no issuer"}, AUTHORITY)):  # fmt: skip
        assert error(broken) == "invalid_software_statement", broken


@pytest.mark.parametrize(
    ("times", "is_good"),
    [({"exp": -59}, True), ({"exp": -60}, False), ({"nbf": 60}, True), ({"nbf": 61}, False),
     ({"exp": 0, "nbf": 0}, True), ({"exp": -60, "nbf": 0}, False), ({"exp": 999, "nbf": 61}, False)],
)  # fmt: skip
def test_a_statement_counts_in_its_time(times: dict[str, int], is_good: bool) -> None:
    now = int(time.time())
    text = statement(**{name: now + seconds for name, seconds in times.items()})
    if is_good:
        assert software_statement.vouched(text, TRUSTED, now=now)["software_id"] == "s-1"
        return
    with pytest.raises(OAuthError, match="not of this time"):
        software_statement.vouched(text, TRUSTED, now=now)


def test_the_operators_file_names_issuers_with_keys() -> None:
    keys = [AUTHORITY.as_dict(private=False)]
    text = json.dumps({"https://a.example": {"keys": keys}, "https://b.example": {"keys": []}, "https://c.example": {}})
    assert software_statement.read_trusted(text.encode()) == {"https://a.example": keys}
    for broken in (b"", b"[]", b'{"https://a.example": []}', b'{"https://a.example": {"keys": ["x"]}}', b"\xff"):
        with pytest.raises(ValueError, match="JWK Set"):
            software_statement.read_trusted(broken)


def test_what_is_vouched_for_wins_and_the_rest_stays_a_stranger() -> None:
    asked = ASKED | {"client_name": "Mine", "software_id": "mine"}
    client, _ = dynamic.judge(asked, vouched={"client_name": "Checked", "sector": "portal-national", "client_id": "n"})
    assert (client.client_name, client.software_id) == ("Checked", "mine")
    assert (client.sector, client.organization.en) == ("stranger.example", "Checked")
    assert client.client_id != "n"


def test_a_name_in_two_languages_is_shown_as_what_it_is() -> None:
    """RFC 7591 2.2 and 5: nobody has checked it, and it is one line of letters."""
    asked = ASKED | {"client_name": "Plain", "client_name#vi": "Bộ\u202e Công\n an", "client_name#en": "Ministry"}
    client, _ = dynamic.judge(asked)
    assert client.organization.vi == "stranger.example (Bộ Công an; tên tự khai, chưa được xác minh)"
    assert client.organization.en == "stranger.example (Ministry; the name is its own and not verified)"
    assert dynamic.judge(ASKED)[0].organization.vi.startswith("stranger.example (Stranger; ")


@given(st.text(max_size=200))
def test_no_name_breaks_a_line_or_a_page(name: str) -> None:
    kept = shown_name.cleaned(name)
    assert len(kept) <= shown_name.MAX_LENGTH
    assert kept.isprintable()


def test_defaults_of_the_client_act_where_a_request_is_silent() -> None:
    """Registration 1.0 2: default_max_age, default_acr_values, require_auth_time."""
    client = register(RP.metadata() | {"default_max_age": 300, "default_acr_values": ["a", "b"]})
    params = RP.parameters()[0] | {"client_id": client.client_id}
    silent, asked = build(client, params), build(client, params | {"max_age": "5", "acr_values": "c"})
    assert (silent.max_age, silent.acr_values) == (300, ("a", "b"))
    assert (asked.max_age, asked.acr_values) == (5, ("c",))
    assert build(register(RP.metadata()), params).max_age is None
    assert dynamic.told(register(RP.metadata() | {"require_auth_time": True}), None)["require_auth_time"] is True


def test_keys_and_encryption_fit_each_other() -> None:
    """Registration 1.0 2: not both jwks and jwks_uri; enc needs alg, and alg a key; A128CBC-HS256 unless said."""
    to_it = ECKey.generate_key("P-256", {"use": "enc"}, auto_kid=True).as_dict(private=False)
    both = {"jwks": {"keys": [RP.key.as_dict(private=False), to_it]}}
    encrypting = {"id_token_encrypted_response_alg": "ECDH-ES"}
    assert register(RP.metadata() | both | encrypting).id_token_encrypted_response_enc == "A128CBC-HS256"
    for wrong in (
        encrypting,  # its only key is one to sign with
        both | {"jwks_uri": "https://portal.example/jwks"},
        both | {"userinfo_encrypted_response_enc": "A128GCM"},
        both | {"userinfo_encrypted_response_alg": "RSA-OAEP"},
        {"jwks": {"keys": [RP.key.as_dict(private=False), to_it | {"crv": "P-521"}]}} | encrypting,
    ):
        with pytest.raises(RegistrationRefused):
            register(RP.metadata() | wrong)


def test_grant_types_and_response_types_fit_or_are_mended() -> None:
    assert register(RP.metadata() | {"grant_types": ["client_credentials"]}).response_types == ()
    for wrong in ({"response_types": []}, {"grant_types": ["client_credentials"], "response_types": ["code"]}):
        with pytest.raises(RegistrationRefused):
            register(RP.metadata() | wrong)


def test_the_default_signature_is_rs256_and_none_is_no_choice() -> None:
    assert register(RP.metadata()).id_token_signed_response_alg == "RS256"
    assert register(RP.metadata() | {"profile": "fapi2"}).id_token_signed_response_alg == "ES256"
    for alg in ("none", "HS256", "RS512"):
        with pytest.raises(RegistrationRefused):
            register(RP.metadata() | {"id_token_signed_response_alg": alg})


@pytest.fixture(scope="module")
def site() -> Iterator[Publisher]:
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture(scope="module")
def open_world(
    new_eid: Callable[..., RunningEid], gateway: Gateway, register: Register, tmp_path_factory: pytest.TempPathFactory
) -> World:
    """A provider that takes registrations, and statements of one authority."""
    path: Path = tmp_path_factory.mktemp("trust") / "authorities.json"
    path.write_text(json.dumps({issuer: {"keys": keys} for issuer, keys in TRUSTED.items()}))
    eid = new_eid(
        register.origin,
        EID_DYNAMIC_REGISTRATION="1",
        EID_OUTBOUND_ALLOW="client.localhost",
        EID_SOFTWARE_STATEMENT_ISSUERS=str(path),
    )
    eid.start()
    rp = RelyingParty(eid.issuer, "national", RP.redirect_uri, "national")
    return World(eid, gateway, register, rp, rp, None, numbers(500_000))  # type: ignore[arg-type]


def test_a_statement_is_taken_and_told_back_as_it_was(open_world: World) -> None:
    eid, given = open_world.eid, statement()
    made = call(eid, "POST", initial(eid), ASKED | {"software_statement": given}).json()
    assert (made["client_name"], made["software_id"], made["software_statement"]) == ("Checked", "s-1", given)
    other = call(eid, "POST", initial(eid), ASKED | {"software_statement": statement(iss="https://other.example")})
    assert (other.status_code, other.json()["error"]) == (400, "unapproved_software_statement")


def test_every_registered_value_is_told(open_world: World) -> None:
    """3.2.1: also those that the provider set, and those that are the default."""
    asked = ASKED | {
        "default_max_age": 60,
        "require_auth_time": False,
        "contacts": ["a@stranger.example"],
        "initiate_login_uri": "https://stranger.example/start",
        "application_type": "native",
        "unheard_of": 1,
    }
    made = call(open_world.eid, "POST", initial(open_world.eid), asked).json()
    for name in set(asked) - {"unheard_of"}:
        assert made[name] == asked[name], name
    assert "unheard_of" not in made
    assert (made["grant_types"], made["response_types"]) == (["authorization_code"], ["code"])
    assert (made["id_token_signed_response_alg"], made["subject_type"]) == ("RS256", "pairwise")
    told = call(open_world.eid, "GET", made["registration_access_token"], client_id=made["client_id"]).json()
    assert told["initiate_login_uri"] == asked["initiate_login_uri"]


def test_no_client_is_made_that_nothing_can_be_encrypted_to(open_world: World, site: Publisher) -> None:
    """And one that takes its key away later loses no code: it is told to come again."""
    eid = open_world.eid
    to_it = ECKey.generate_key("P-256", {"use": "enc"}, auto_kid=True)
    signing = {"keys": [new_key().as_dict(private=False)]}
    site.publish("/signing", json.dumps(signing).encode())
    asked = ASKED | {"id_token_encrypted_response_alg": "ECDH-ES", "redirect_uris": ["http://stranger.localhost:9/cb"]}
    uri = f"http://client.localhost:{site.port}"
    for path in ("/signing", "/away"):
        refused = call(eid, "POST", initial(eid), asked | {"jwks_uri": f"{uri}{path}"})
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client_metadata")
    site.publish("/both", json.dumps({"keys": [*signing["keys"], to_it.as_dict(private=False)]}).encode())
    made = call(eid, "POST", initial(eid), asked | {"jwks_uri": f"{uri}/both"}).json()
    code = signed_in(open_world, made, 500_001)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uris"][0]}
    eid.verb("clients", "add", "/dev/stdin", feed=json.dumps(own_keys(made, f"{uri}/signing")))
    time.sleep(0.3)
    with loopback.client(base_url=eid.issuer, auth=(made["client_id"], made["client_secret"])) as http:
        assert http.post("/token", data=form).json()["error"] == "temporarily_unavailable"
        eid.verb("clients", "add", "/dev/stdin", feed=json.dumps(own_keys(made, f"{uri}/both")))
        time.sleep(0.3)
        answer = http.post("/token", data=form)
    assert answer.status_code == 200, answer.text
    assert jwe.decrypt_compact(answer.json()["id_token"], to_it).plaintext


def own_keys(made: dict[str, Any], jwks_uri: str) -> dict[str, Any]:
    """The operator's copy of a registration, with another jwks_uri."""
    ours = {"registration_access_token", "registration_client_uri", "client_id_issued_at"}
    return {name: value for name, value in made.items() if name not in ours} | {
        "jwks_uri": jwks_uri,
        "sector": "stranger.localhost",
    }


def signed_in(world: World, made: dict[str, Any], number: int, **more: str) -> str:
    """A code for a client that registered itself."""
    person, browser = made_up(number), Browser(world.eid.issuer)
    world.eid.import_people(person.line())
    query = {"client_id": made["client_id"], "redirect_uri": made["redirect_uris"][0], "response_type": "code"}
    browser.get(f"/authorize?{urlencode(query | {'scope': 'openid'} | more)}")
    assert browser.page is not None
    assert "(Stranger; the name is its own and not verified)" in browser.page.text
    world.sign_in(browser, person)
    if browser.page.has("consent-accept"):
        browser.submit("consent-accept")
    return world.national.response(browser.landed)["code"]


def test_a_client_that_is_removed_leaves_nothing_that_works(open_world: World) -> None:
    """RFC 7592 2.3: its codes, its tokens and its refresh tokens end with it."""
    eid = open_world.eid
    asked = ASKED | {
        "redirect_uris": ["http://stranger.localhost:9/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid offline_access",
    }
    made = call(eid, "POST", initial(eid), asked).json()
    first = signed_in(open_world, made, 500_002, scope="openid offline_access", prompt="consent")
    unused = signed_in(open_world, made, 500_003)
    with loopback.client(base_url=eid.issuer) as http:
        auth = (made["client_id"], made["client_secret"])
        form = {"grant_type": "authorization_code", "redirect_uri": made["redirect_uris"][0]}
        tokens = http.post("/token", data=form | {"code": first}, auth=auth).json()
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        assert http.get("/userinfo", headers=bearer).status_code == 200
        gone = call(eid, "DELETE", made["registration_access_token"], client_id=made["client_id"])
        assert (gone.status_code, gone.content) == (204, b"")
        time.sleep(0.3)
        assert http.get("/userinfo", headers=bearer).status_code == 401
        again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        for data in (form | {"code": unused}, again):
            assert http.post("/token", data=data, auth=auth).json()["error"] == "invalid_client"
        query = urlencode({"client_id": made["client_id"], "redirect_uri": made["redirect_uris"][0]})
        assert "EID_CLIENT_UNKNOWN" in http.get(f"/authorize?{query}").text
