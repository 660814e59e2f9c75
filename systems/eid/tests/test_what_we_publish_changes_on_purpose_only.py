"""What we publish of ourselves, member by member, spelled out a second time (Discovery 3, RFC 8414 2, RFC 9728 2).

Clients configure themselves from these documents, so no member may change by accident: whoever changes one, changes it
here too, on purpose. That it is also true is what test_discovery_tells_the_truth.py asks of the running provider.
"""

from __future__ import annotations

from typing import Any

from eid.oidc import metadata, protected_resource

ISSUER = "https://eid.example"
AT_MTLS = "https://mtls.eid.example"
DOCUMENT: dict[str, Any] = {
    "issuer": "https://eid.example",
    "authorization_endpoint": "https://eid.example/authorize",
    "pushed_authorization_request_endpoint": "https://eid.example/par",
    "require_pushed_authorization_requests": False,
    "token_endpoint": "https://eid.example/token",
    "userinfo_endpoint": "https://eid.example/userinfo",
    "introspection_endpoint": "https://eid.example/introspect",
    "introspection_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
    "introspection_signing_alg_values_supported": ["ES256", "RS256"],
    "backchannel_authentication_endpoint": "https://eid.example/bc-authorize",
    "device_authorization_endpoint": "https://eid.example/device_authorization",
    "revocation_endpoint": "https://eid.example/revoke",
    "revocation_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
    "end_session_endpoint": "https://eid.example/logout",
    "check_session_iframe": "https://eid.example/check-session",
    "jwks_uri": "https://eid.example/jwks",
    "scopes_supported": ["openid", "profile", "phone", "email", "address", "offline_access"],
    "response_types_supported": ["code"],
    "response_modes_supported": ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"],
    "grant_types_supported": [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:openid:params:grant-type:ciba",
    ],
    "backchannel_token_delivery_modes_supported": ["poll", "ping"],
    "backchannel_authentication_request_signing_alg_values_supported": ["ES256", "PS256", "EdDSA", "Ed25519"],
    "backchannel_user_code_parameter_supported": False,
    "acr_values_supported": ["urn:motcua:acr:eid1", "urn:motcua:acr:eid2"],
    "subject_types_supported": ["pairwise", "public"],
    "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
    "authorization_signing_alg_values_supported": ["ES256", "RS256"],
    "request_object_signing_alg_values_supported": ["RS256", "ES256", "PS256", "EdDSA", "Ed25519"],
    "request_object_encryption_alg_values_supported": ["ECDH-ES", "RSA-OAEP-256"],
    "request_object_encryption_enc_values_supported": ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256", "PS256", "EdDSA", "Ed25519"],
    "id_token_encryption_alg_values_supported": [
        "ECDH-ES",
        "ECDH-ES+A128KW",
        "ECDH-ES+A256KW",
        "RSA-OAEP",
        "RSA-OAEP-256",
    ],
    "id_token_encryption_enc_values_supported": ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"],
    "userinfo_encryption_alg_values_supported": [
        "ECDH-ES",
        "ECDH-ES+A128KW",
        "ECDH-ES+A256KW",
        "RSA-OAEP",
        "RSA-OAEP-256",
    ],
    "userinfo_encryption_enc_values_supported": ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"],
    "dpop_signing_alg_values_supported": ["ES256", "PS256", "EdDSA", "Ed25519"],
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
    "frontchannel_logout_supported": True,
    "frontchannel_logout_session_supported": True,
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
    "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
    "ui_locales_supported": ["vi", "en"],
    "display_values_supported": ["page"],
    "claim_types_supported": ["normal"],
    "claims_supported": [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "nonce",
        "auth_time",
        "acr",
        "amr",
        "sid",
        "eid_level",
        "phone_number_since",
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
        "email",
        "email_verified",
        "address",
        "phone_number",
        "phone_number_verified",
    ],
    "claims_parameter_supported": True,
    "protected_resources": [
        "https://eid.example/userinfo",
        "https://eid.example/ssf",
        "https://eid.example/notices",
        "https://eid.example/introspect",
    ],
    "request_parameter_supported": True,
    "request_uri_parameter_supported": True,
    "require_request_uri_registration": True,
    "authorization_details_types_supported": ["vn_dossier_act", "vn_document_signature"],
    "verified_claims_supported": True,
    "trust_frameworks_supported": ["vn_eid"],
    "evidence_supported": ["electronic_record"],
    "electronic_records_supported": ["population_register"],
    "claims_in_verified_claims_supported": ["personal_id", "name", "birthdate", "gender"],
}
STRONG = ["ES256", "PS256", "EdDSA", "Ed25519"]
CERTIFICATES = ["tls_client_auth", "self_signed_tls_client_auth"]


def test_the_discovery_document_says_this_and_nothing_else() -> None:
    assert metadata.document(ISSUER) == DOCUMENT


def test_registration_is_named_only_where_it_is_open() -> None:
    told = metadata.document(ISSUER, registration=True)
    assert told == DOCUMENT | {"registration_endpoint": "https://eid.example/register"}


def test_certificates_are_named_only_where_a_proxy_asks_for_them() -> None:
    """RFC 8705 3.3 and 5."""
    methods = {
        name: DOCUMENT[name] + CERTIFICATES
        for kind in ("token", "introspection", "revocation")
        for name in [f"{kind}_endpoint_auth_methods_supported"]
    }
    aliases = {
        "token_endpoint": f"{AT_MTLS}/token",
        "pushed_authorization_request_endpoint": f"{AT_MTLS}/par",
        "userinfo_endpoint": f"{AT_MTLS}/userinfo",
        "introspection_endpoint": f"{AT_MTLS}/introspect",
        "revocation_endpoint": f"{AT_MTLS}/revoke",
        "backchannel_authentication_endpoint": f"{AT_MTLS}/bc-authorize",
        "device_authorization_endpoint": f"{AT_MTLS}/device_authorization",
    }
    bound = {"tls_client_certificate_bound_access_tokens": True, "mtls_endpoint_aliases": aliases}
    assert metadata.document(ISSUER, AT_MTLS) == DOCUMENT | methods | bound


def test_each_resource_describes_itself() -> None:
    """RFC 9728 2: where tokens for it come from, how they are shown, which scopes open something."""
    same = {
        "authorization_servers": [ISSUER],
        "jwks_uri": "https://eid.example/jwks",
        "dpop_signing_alg_values_supported": STRONG,
        "tls_client_certificate_bound_access_tokens": True,
    }
    userinfo, ssf, notices, introspection = (
        protected_resource.document(ISSUER, path) for path in ("/userinfo", "/ssf", "/notices", "/introspect")
    )
    assert userinfo == same | {
        "resource": "https://eid.example/userinfo",
        "resource_name": "VNeID userinfo",
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["openid", "profile", "phone", "email", "address", "offline_access"],
    }
    assert ssf == same | {
        "resource": "https://eid.example/ssf",
        "resource_name": "VNeID shared signals",
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["ssf.read", "ssf.manage"],
    }
    assert notices == same | {
        "resource": "https://eid.example/notices",
        "resource_name": "VNeID notices",
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["notices.send"],
    }
    assert introspection == same | {
        "resource": "https://eid.example/introspect",
        "resource_name": "VNeID token introspection",
        "bearer_methods_supported": [],
    }
    assert list(protected_resource.RESOURCES) == ["/userinfo", "/ssf", "/notices", "/introspect"]


def test_the_description_of_a_resource_stands_before_its_path() -> None:
    """RFC 9728 3.1."""
    told = protected_resource.address(ISSUER, "/userinfo")
    assert told == "https://eid.example/.well-known/oauth-protected-resource/userinfo"
