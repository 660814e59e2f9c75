"""RFC 7591 3.2.2: whoever registers a client is told each fault in words, all of them at once, and of none it has not.

And what follows from metadata that does not say it (RFC 7591 2, OpenID Connect Registration 1.0 2, Core 8.1).
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from joserfc.jwk import ECKey, RSAKey

from eid.clients import Client, RegistrationRefused, register, secret

JWK = ECKey.generate_key("P-256", {"kid": "one"}).as_dict(private=False)
RSA = RSAKey.generate_key(2048, {"kid": "two"}).as_dict(private=False)
FAPI: dict[str, Any] = {
    "client_id": "national",
    "redirect_uris": ["https://portal.example/cb"],
    "jwks": {"keys": [JWK]},
}
OIDC = FAPI | {
    "profile": "oidc",
    "jwks": None,
    "token_endpoint_auth_method": "client_secret_basic",
    "client_secret": "s" * 32,
}
CIBA = "urn:openid:params:grant-type:ciba"
PING: dict[str, Any] = {
    "grant_types": [CIBA],
    "backchannel_token_delivery_mode": "ping",
    "backchannel_client_notification_endpoint": "https://portal.example/ping",
    "tls_client_certificate_bound_access_tokens": True,
}
CODE_AND = ["authorization_code"]

FAULTS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (FAPI, {"client_id": ""}, ["client_id is empty or too long"]),
    (FAPI, {"client_id": "n" * 201}, ["client_id is empty or too long"]),
    (FAPI, {"client_id": "tỉnh"}, ["client_id is not printable ASCII"]),
    (FAPI, {"client_id": "a\tb"}, ["client_id is not printable ASCII"]),
    (FAPI, {"redirect_uris": [], "sector": "s"}, ["redirect_uris is empty"]),
    (
        FAPI,
        {"redirect_uris": ["https://a.example/", "https://b.example/"]},
        ["sector is empty: the redirect_uris have several hosts (Core 8.1)"],
    ),
    (FAPI, {"sector": "public"}, ["sector has a reserved name"]),
    (FAPI, {"system": "bank"}, ["system is none of national, province, commune, population, desk, sandbox"]),
    (FAPI, {"scope": "profile"}, ["scope lacks openid"]),
    (
        FAPI,
        {"resource_server": "api"},
        ["resource_server is not an absolute address without a fragment (RFC 8707 2)"],
    ),
    (
        FAPI,
        PING | {"backchannel_token_delivery_mode": None},
        ["backchannel_token_delivery_mode is neither poll nor ping (CIBA 4)"],
    ),
    (
        FAPI,
        PING | {"backchannel_token_delivery_mode": "push"},
        ["backchannel_token_delivery_mode is neither poll nor ping (CIBA 4)", "CIBA delivers by poll or ping"],
    ),
    (
        FAPI,
        PING | {"backchannel_client_notification_endpoint": None},
        ["backchannel_client_notification_endpoint is missing (CIBA 4)"],
    ),
    (
        FAPI,
        PING | {"tls_client_certificate_bound_access_tokens": False},
        ["FAPI-CIBA needs tls_client_certificate_bound_access_tokens (FAPI-CIBA 5.2.2)"],
    ),
    (FAPI, {"grant_types": [*CODE_AND, "password"]}, ["grant_types holds one that is not known"]),
    (
        FAPI,
        {"token_endpoint_auth_method": "client_secret_post", "client_secret": "s" * 32},
        ["token_endpoint_auth_method is not of its profile"],
    ),
    (
        FAPI,
        {
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_san_dns": "a",
            "jwks_uri": "https://a.example/",
        },
        ["jwks and jwks_uri exclude each other (RFC 7591 2)"],
    ),
    (FAPI, {"jwks": None}, ["jwks holds no key"]),
    (FAPI, {"jwks": None, "token_endpoint_auth_method": "self_signed_tls_client_auth"}, ["jwks holds no key"]),
    (
        FAPI,
        {"token_endpoint_auth_method": "tls_client_auth"},
        ["tls_client_auth names exactly one subject (RFC 8705 2.1.2)"],
    ),
    (
        FAPI,
        {
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_san_dns": "a.example",
            "tls_client_auth_san_uri": "https://a.example/",
        },
        ["tls_client_auth names exactly one subject (RFC 8705 2.1.2)"],
    ),
    (OIDC, {"client_secret": None}, ["client_secret is missing"]),
    (FAPI, {"client_secret": "s" * 32}, ["client_secret has no use here"]),
    (OIDC, {"client_secret": "s" * 31}, ["client_secret is shorter than 32 characters"]),
    *[
        (FAPI, {"jwks": {"keys": [JWK | {member: "AA"}]}}, ["jwks holds a private or symmetric key"])
        for member in ("d", "k", "p", "q", "dp", "dq", "qi", "oth")
    ],
    (FAPI, {"jwks": {"keys": [JWK, JWK | {"x": "z"}]}}, ["jwks has two keys with one kid"]),
    (
        FAPI,
        {"token_endpoint_auth_signing_alg": "RS256"},
        ["token_endpoint_auth_signing_alg is not of its profile"],
    ),
    (FAPI, {"response_types": ["code", "token"]}, ["response_types are not of its profile"]),
    (FAPI, {"response_modes": ["fragment"]}, ["response_modes are not of its profile"]),
    (FAPI, {"request_object_signing_alg": "RS256"}, ["a signing alg is not of its profile"]),
    (FAPI, {"backchannel_authentication_request_signing_alg": "none"}, ["a signing alg is not of its profile"]),
    *[
        (FAPI, {f"{kind}_signed_response_alg": "RS256"}, ["a response alg is not of its profile"])
        for kind in ("authorization", "id_token", "userinfo", "introspection")
    ],
    (
        FAPI,
        {"authorization_encrypted_response_alg": "ECDH-ES"},
        ["authorization responses are signed, not encrypted"],
    ),
    (
        FAPI,
        {"frontchannel_logout_uri": "https://portal.example:8443/out"},
        ["frontchannel_logout_uri has another origin than every redirect_uri"],
    ),
    *[
        (FAPI, said, ["an encryption alg or enc is not offered, or no key for it is registered"])
        for kind in ("id_token", "userinfo")
        for said in (
            {f"{kind}_encrypted_response_alg": "RSA1_5"},
            {f"{kind}_encrypted_response_alg": "ECDH-ES", f"{kind}_encrypted_response_enc": "A192GCM"},
            {f"{kind}_encrypted_response_enc": "A128GCM"},
        )
    ],
    (
        OIDC,
        {"id_token_encrypted_response_alg": "ECDH-ES"},
        ["an encryption alg or enc is not offered, or no key for it is registered"],
    ),
    (
        FAPI,
        {"id_token_encrypted_response_alg": "RSA-OAEP"},
        ["an encryption alg or enc is not offered, or no key for it is registered"],
    ),
    (FAPI, {"response_types": []}, ["grant_types and response_types do not fit (RFC 7591 2.1)"]),
    (FAPI, {"application_type": "tv"}, ["application_type is neither web nor native"]),
    *[
        (FAPI, said, ["request_object_encryption_alg or _enc is not offered"])
        for said in (
            {"request_object_encryption_alg": "RSA1_5"},
            {"request_object_encryption_enc": "A128GCM"},
            {"request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A192GCM"},
        )
    ],
    (FAPI, {"backchannel_token_delivery_mode": "push"}, ["CIBA delivers by poll or ping"]),
    (FAPI, {"profile": "open"}, ["profile is none of fapi2, oidc"]),
    (
        FAPI,
        {"client_id": "", "scope": "x", "response_modes": ["fragment"]},
        ["client_id is empty or too long", "scope lacks openid", "response_modes are not of its profile"],
    ),
]
TAKEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (FAPI, {}),
    (OIDC, {}),
    (FAPI, {"client_id": "n" * 200}),
    (FAPI, {"grant_types": ["client_credentials"], "redirect_uris": [], "scope": "", "sector": "s"}),
    (FAPI, {"resource_server": "https://api.example/"}),
    (FAPI, PING),
    (FAPI, PING | {"backchannel_token_delivery_mode": "poll", "backchannel_client_notification_endpoint": None}),
    (OIDC, PING | {"tls_client_certificate_bound_access_tokens": False}),
    (FAPI, {"jwks": None, "jwks_uri": "https://portal.example/jwks"}),
    (FAPI, {"jwks": None, "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a"}),
    (FAPI, {"jwks": {"keys": [JWK, JWK | {"kid": "two"}]}}),
    (FAPI, {"token_endpoint_auth_signing_alg": "PS256"}),
    (FAPI, {"response_modes": ["query"], "response_types": ["code"]}),
    (FAPI, {"request_object_signing_alg": "EdDSA", "authorization_signed_response_alg": "ES256"}),
    (FAPI, {"frontchannel_logout_uri": "https://portal.example/out"}),
    (
        FAPI | {"jwks": {"keys": [JWK, RSA]}},
        {"id_token_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_alg": "RSA-OAEP"},
    ),
    (FAPI, {"request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A128GCM"}),
    (FAPI, {"jwks": None, "jwks_uri": "https://portal.example/jwks", "id_token_encrypted_response_alg": "ECDH-ES"}),
    (OIDC, {"client_secret": "s" * 32}),
    (
        FAPI,
        PING
        | {
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
                CIBA,
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ]
        },
    ),
]


@pytest.mark.parametrize(("base", "said", "faults"), FAULTS)
def test_each_fault_is_told_in_its_words(base: dict[str, Any], said: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        register(base | said)
    assert refused.value.faults == faults
    assert str(refused.value) == "; ".join(faults)


@pytest.mark.parametrize(("base", "said"), TAKEN)
def test_what_stands_just_inside_the_bounds_is_taken(base: dict[str, Any], said: dict[str, Any]) -> None:
    assert register(base | said).client_id


@pytest.mark.parametrize("value", [False, 7, "authorization_code", {"a": 1}, [7]])
@pytest.mark.parametrize("name", ["grant_types", "response_types", "redirect_uris", "jwks", "contacts"])
def test_a_member_of_another_kind_is_a_fault_and_no_crash(name: str, value: Any) -> None:
    with pytest.raises(RegistrationRefused, match=name):
        register(FAPI | {name: value})


def test_a_bad_address_is_named_with_its_fault() -> None:
    with pytest.raises(RegistrationRefused) as refused:
        register(FAPI | {"jwks_uri": "http://portal.example/jwks", "jwks": None, "request_uris": ["ftp://a/#x"]})
    [one, other] = refused.value.faults
    assert one.startswith("ftp://a/ ")
    assert other.startswith("http://portal.example/jwks ")


def test_what_is_not_said_follows_from_what_is() -> None:
    client = register(FAPI)
    assert (client.client_name, client.organization.vi, client.organization.en) == ("national",) * 3
    assert (client.system, client.sector) == ("sandbox", "portal.example")
    assert client.dpop_bound_access_tokens is True
    assert client.id_token_signed_response_alg == "ES256"
    assert register(FAPI | {"client_name": "Cổng"}).organization.vi == "Cổng"
    bound = register(FAPI | {"tls_client_certificate_bound_access_tokens": True})
    assert bound.dpop_bound_access_tokens is False
    plain = register(OIDC)
    assert plain.dpop_bound_access_tokens is False
    assert plain.id_token_signed_response_alg == "RS256"
    assert plain.client_secret_hash == secret.digest("s" * 32)
    assert register(OIDC | {"id_token_signed_response_alg": "ES256"}).id_token_signed_response_alg == "ES256"


def test_a_hash_cannot_be_brought_along() -> None:
    """A secret is told in clear, once: whoever sends a hash could send one that he found in a dump."""
    with pytest.raises(RegistrationRefused, match="client_secret is missing"):
        register(OIDC | {"client_secret": None, "client_secret_hash": secret.digest("s" * 32)})


def test_the_sector_is_the_one_host_of_the_addresses() -> None:
    """Core 8.1."""

    def sector(**said: Any) -> str:
        return register(FAPI | said).sector

    assert sector(redirect_uris=["https://a.example/1", "https://a.example/2"]) == "a.example"
    assert sector(sector_identifier_uri="https://s.example/uris.json") == "s.example"
    assert sector(sector="portal") == "portal"
    assert sector(subject_type="public") == "public"


def test_encryption_without_enc_takes_the_default() -> None:
    """Registration 1.0 2: A128CBC-HS256."""
    client: Client = register(
        FAPI | {"id_token_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_alg": "ECDH-ES"}
    )
    assert client.id_token_encrypted_response_enc == "A128CBC-HS256"
    assert client.userinfo_encrypted_response_enc == "A128CBC-HS256"
    named = register(
        FAPI | {"id_token_encrypted_response_alg": "ECDH-ES", "id_token_encrypted_response_enc": "A256GCM"}
    )
    assert named.id_token_encrypted_response_enc == "A256GCM"
    assert named.userinfo_encrypted_response_enc is None


def test_what_a_client_may_follows_from_profile_and_metadata() -> None:
    plain, strict = register(OIDC), register(FAPI)
    assert (strict.must_push, plain.must_push) == (True, False)
    assert register(OIDC | {"require_pushed_authorization_requests": True}).must_push is True
    assert (strict.is_public, plain.is_public) == (False, False)
    assert msgspec.structs.replace(plain, token_endpoint_auth_method="none").is_public is True  # RFC 6749 2.1
    assert strict.signing_algorithms == ("ES256", "PS256", "EdDSA", "Ed25519")
    assert plain.signing_algorithms == ("RS256", "ES256", "PS256", "EdDSA", "Ed25519")
    assert register(FAPI | {"token_endpoint_auth_signing_alg": "PS256"}).signing_algorithms == ("PS256",)
    assert strict.allowed_response_modes == ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")
    assert register(FAPI | {"response_modes": ["query"]}).allowed_response_modes == ("query",)
    assert register(FAPI | {"scope": "openid made_up email"}).scopes == ("openid", "email")
