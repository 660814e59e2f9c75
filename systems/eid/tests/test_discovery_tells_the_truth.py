"""Discovery 1.0, RFC 8414: the two documents say what is served, and nothing that is not."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.world import World
from joserfc.jwk import RSAKey

from eid.clients import RegistrationRefused, register
from eid.oidc.metadata import document

REQUIRED = (
    "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint",
    "pushed_authorization_request_endpoint", "response_types_supported", "subject_types_supported",
    "id_token_signing_alg_values_supported", "scopes_supported", "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported", "code_challenge_methods_supported", "acr_values_supported",
)  # fmt: skip
TRUE = (
    "authorization_response_iss_parameter_supported", "backchannel_logout_supported",
    "backchannel_logout_session_supported", "claims_parameter_supported", "verified_claims_supported",
)  # fmt: skip
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


@pytest.fixture(scope="module")
def metadata(world: World) -> dict[str, Any]:
    document: dict[str, Any] = world.national.http.get("/.well-known/openid-configuration").json()
    return document


def test_required_members_are_there(metadata: dict[str, Any]) -> None:
    assert [name for name in REQUIRED if not metadata.get(name)] == []
    assert [name for name in TRUE if metadata.get(name) is not True] == []
    assert "openid" in metadata["scopes_supported"]
    assert "code" in metadata["response_types_supported"]


def test_the_issuer_is_the_address_asked_and_the_iss_of_tokens(world: World, metadata: dict[str, Any]) -> None:
    assert metadata["issuer"] == world.eid.issuer
    parts = urlsplit(metadata["issuer"])
    assert [parts.path, parts.query, parts.fragment] == ["", "", ""]
    person, browser = world.person(), world.browser()
    assert world.tokens(browser, person)["claims"]["iss"] == metadata["issuer"]
    assert all(urlsplit(value).scheme == parts.scheme for name, value in metadata.items() if name.endswith("_endpoint"))


def test_it_is_a_get_answered_with_json(world: World) -> None:
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        got = world.national.http.get(path)
        assert (got.status_code, got.headers["content-type"]) == (200, "application/json")
        assert world.national.http.head(path).status_code == 200
        assert world.national.http.post(path).status_code == 405


def test_both_documents_are_one(world: World, metadata: dict[str, Any]) -> None:
    assert world.national.http.get("/.well-known/oauth-authorization-server").json() == metadata


def test_no_member_is_empty(metadata: dict[str, Any]) -> None:
    assert [name for name, value in metadata.items() if value in (None, "", [], {})] == []


def test_no_list_holds_none(metadata: dict[str, Any]) -> None:
    lists = {name: value for name, value in metadata.items() if name.endswith("_alg_values_supported")}
    assert lists
    assert [name for name, value in lists.items() if "none" in value] == []
    assert not [name for name, value in lists.items() if name != "id_token_signing_alg_values_supported" and not value]
    assert "plain" not in metadata["code_challenge_methods_supported"]


def test_the_key_set_is_public_and_named(world: World) -> None:
    keys = world.national.http.get("/jwks").json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) >= 2
    for key in keys:
        assert not PRIVATE & set(key)
        assert key["kty"] in {"EC", "RSA", "OKP"}
        assert key["use"] in {"sig", "enc"}
        assert key["alg"]


def test_what_it_names_is_served_and_what_it_does_not_name_is_refused(world: World, metadata: dict[str, Any]) -> None:
    rp = world.national
    for grant_type in ("authorization_code", "refresh_token", "client_credentials", "password", "implicit",
                       "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba",
                       "urn:ietf:params:oauth:grant-type:token-exchange"):  # fmt: skip
        got = rp.http.post("/token", data=rp.authenticated(grant_type=grant_type)).json()["error"]
        assert (got == "unsupported_grant_type") == (grant_type not in metadata["grant_types_supported"]), grant_type
    for response_type in ("code", "token", "id_token", "code id_token"):
        form, _ = rp.parameters(response_type=response_type)
        taken = rp.push(**form).status_code == 201
        assert taken == (response_type in metadata["response_types_supported"]), response_type
    for prompt in ("none", "login", "consent", "select_account", "create", "unheard-of"):
        taken = rp.push(**rp.parameters(prompt=prompt)[0]).status_code == 201
        assert taken == (prompt in metadata["prompt_values_supported"]), prompt


def test_identity_assurance_is_described(metadata: dict[str, Any]) -> None:
    assert metadata["trust_frameworks_supported"]
    assert metadata["claims_in_verified_claims_supported"]
    assert "electronic_record" in metadata["evidence_supported"]
    assert metadata["electronic_records_supported"]


def test_a_forged_host_changes_nothing(world: World, metadata: dict[str, Any]) -> None:
    for forged in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}):
        got = world.national.http.get("/.well-known/openid-configuration", headers=forged)
        assert got.json() == metadata
        page = world.national.http.get("/authorize?client_id=x", headers=forged)
        assert "evil.example" not in page.text


def test_endpoints_beside_the_token_endpoint_say_how_to_prove_oneself(metadata: dict[str, Any]) -> None:
    methods = metadata["token_endpoint_auth_methods_supported"]
    for name in ("introspection", "revocation"):
        assert metadata[f"{name}_endpoint"]
        assert set(metadata[f"{name}_endpoint_auth_methods_supported"]) <= set(methods)
    assert "ES256" in metadata["introspection_signing_alg_values_supported"]


def test_what_it_says_of_dpop_is_so(world: World, metadata: dict[str, Any]) -> None:
    assert "ES256" in metadata["dpop_signing_alg_values_supported"]
    assert not {"none", "HS256"} & set(metadata["dpop_signing_alg_values_supported"])
    rp = world.national
    form = rp.authenticated(grant_type="authorization_code", code="x", code_verifier="v" * 43)
    got = rp.http.post("/token", data=form, headers={"dpop": "x"})
    assert got.json()["error"] == "invalid_dpop_proof"


def test_what_it_says_of_ciba_is_so(world: World, metadata: dict[str, Any]) -> None:
    assert set(metadata["backchannel_token_delivery_modes_supported"]) == {"poll", "ping"}
    assert metadata["backchannel_user_code_parameter_supported"] is False
    path = metadata["backchannel_authentication_endpoint"].removeprefix(world.eid.issuer)
    got = world.national.http.post(path, data=world.national.authenticated(scope="openid", login_hint="x"))
    assert got.status_code == 400


def test_what_it_says_of_signed_requests_and_answers_is_so(world: World, metadata: dict[str, Any]) -> None:
    assert metadata["request_parameter_supported"] is True
    assert {"ES256", "PS256", "EdDSA"} <= set(metadata["request_object_signing_alg_values_supported"])
    assert "ES256" in metadata["authorization_signing_alg_values_supported"]
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]  # Discovery 3
    assert {"query", "form_post", "jwt"} <= set(metadata["response_modes_supported"])
    assert {key["kty"] for key in world.national.http.get("/jwks").json()["keys"]} >= {"EC", "RSA"}


def test_addresses_for_certificates_are_told_where_there_are_some(metadata: dict[str, Any]) -> None:
    """RFC 8705 3.3 and 5: every endpoint that asks for one, at the proxy's other origin; else not a word of it."""
    issuer, mtls = "https://eid.example", "https://mtls.eid.example"
    said, plain = document(issuer, mtls), document(issuer)
    assert said["tls_client_certificate_bound_access_tokens"] is True
    aliases = said["mtls_endpoint_aliases"]
    assert {name: mtls + said[name].removeprefix(issuer) for name in aliases} == aliases
    asking = {name for name in said if name.endswith("_endpoint")} - {"authorization_endpoint", "end_session_endpoint"}
    assert set(aliases) == asking
    for absent in (plain, metadata):
        assert not {"mtls_endpoint_aliases", "tls_client_certificate_bound_access_tokens"} & set(absent)
        assert not {"tls_client_auth"} & set(absent["token_endpoint_auth_methods_supported"])
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(said["token_endpoint_auth_methods_supported"])


CHOICES = {  # a list of the discovery document, and the metadata by which a client chooses out of it
    "id_token_signing_alg_values_supported": "id_token_signed_response_alg",
    "userinfo_signing_alg_values_supported": "userinfo_signed_response_alg",
    "authorization_signing_alg_values_supported": "authorization_signed_response_alg",
    "introspection_signing_alg_values_supported": "introspection_signed_response_alg",
    "request_object_signing_alg_values_supported": "request_object_signing_alg",
    "token_endpoint_auth_signing_alg_values_supported": "token_endpoint_auth_signing_alg",
    "request_object_encryption_alg_values_supported": "request_object_encryption_alg",
    "request_object_encryption_enc_values_supported": "request_object_encryption_enc",
    "id_token_encryption_alg_values_supported": "id_token_encrypted_response_alg",
    "id_token_encryption_enc_values_supported": "id_token_encrypted_response_enc",
    "userinfo_encryption_alg_values_supported": "userinfo_encrypted_response_alg",
    "userinfo_encryption_enc_values_supported": "userinfo_encrypted_response_enc",
}
JOSE = (
    "none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
    "EdDSA", "Ed25519", "ES256K", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW",
    "ECDH-ES+A256KW", "dir", "A128KW", "A256KW", "PBES2-HS256+A128KW", "A128GCMKW", "A128CBC-HS256", "A192CBC-HS384",
    "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM",
)  # fmt: skip
KEYS = {"keys": [
    *({name: value for name, value in key.as_dict(private=False).items() if name not in ("use", "alg")}
      for key in (new_key(), RSAKey.generate_key(2048, auto_kid=True))),
]}  # fmt: skip


@pytest.mark.parametrize("listed", CHOICES)
def test_every_algorithm_that_is_listed_may_be_chosen_and_no_other(listed: str) -> None:
    """Discovery 4.2, RFC 8414 2: a client of profile oidc may register each of them, and nothing beside them."""
    said, name = document("https://eid.example")[listed], CHOICES[listed]
    metadata = RelyingParty("https://eid.example", "a", "https://portal.example/cb", "a").metadata()
    metadata |= {"profile": "oidc", "jwks": KEYS}
    if name.endswith("_enc"):
        metadata |= {f"{name.removesuffix('_enc')}_alg": "ECDH-ES"}
    taken = []
    for alg in JOSE:
        with contextlib.suppress(RegistrationRefused):
            taken.append(getattr(register(metadata | {name: alg}), name))
    assert sorted(taken) == sorted(said)
