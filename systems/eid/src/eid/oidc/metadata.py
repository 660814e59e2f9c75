"""The discovery document (OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9126 5, RFC 9207 3)."""

from __future__ import annotations

from typing import Any, Final

from eid.oidc import acr, algorithms, authorization_details, claims, grant_types, identity_assurance, prompt, scopes
from eid.oidc.protected_resource import RESOURCES

# The union over the profiles (clients/profiles.py); which of them a client may use, its profile says.
_AUTH_METHODS: Final = ("private_key_jwt", "client_secret_basic", "client_secret_post")
_CERTIFICATE_METHODS: Final = ("tls_client_auth", "self_signed_tls_client_auth")
_OF_TOKENS: Final = ("sub", "iss", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "sid")
#: RFC 8705 5: endpoints that ask for the client's certificate.
_WITH_CERTIFICATE: Final = (
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "backchannel_authentication_endpoint",
    "device_authorization_endpoint",
)


def document(issuer: str, mtls_origin: str | None = None, *, registration: bool = False) -> dict[str, Any]:
    """Everything here is served; nothing that is not served stands here. Origins have no trailing slash.

    `mtls_origin` is where a proxy asks for client certificates; without it nothing is said of them (RFC 8705 5).
    """
    said = _document(issuer) | ({"registration_endpoint": f"{issuer}/register"} if registration else {})
    if mtls_origin is not None:
        for name in ("token", "introspection", "revocation"):
            said[f"{name}_endpoint_auth_methods_supported"] += _CERTIFICATE_METHODS
        said["tls_client_certificate_bound_access_tokens"] = True
        said["mtls_endpoint_aliases"] = {
            name: mtls_origin + said[name].removeprefix(issuer) for name in _WITH_CERTIFICATE
        }
    return said


def _document(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        **_addresses(issuer),
        "jwks_uri": f"{issuer}/jwks",
        "scopes_supported": list(scopes.SUPPORTED),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"],
        "grant_types_supported": [
            grant_types.AUTHORIZATION_CODE,
            grant_types.REFRESH_TOKEN,
            grant_types.CLIENT_CREDENTIALS,
            grant_types.TOKEN_EXCHANGE,
            grant_types.DEVICE_CODE,
            grant_types.CIBA,
        ],
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_authentication_request_signing_alg_values_supported": list(algorithms.STRONG),
        "backchannel_user_code_parameter_supported": False,
        "acr_values_supported": list(acr.SUPPORTED),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": list(algorithms.OURS),
        "userinfo_signing_alg_values_supported": list(algorithms.OURS),
        "authorization_signing_alg_values_supported": list(algorithms.OURS),
        "request_object_signing_alg_values_supported": list(algorithms.CLASSIC),
        "request_object_encryption_alg_values_supported": list(algorithms.TO_US),
        "request_object_encryption_enc_values_supported": list(algorithms.CONTENT_ENCRYPTION),
        "token_endpoint_auth_methods_supported": list(_AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(algorithms.CLASSIC),
        "id_token_encryption_alg_values_supported": list(algorithms.KEY_MANAGEMENT),
        "id_token_encryption_enc_values_supported": list(algorithms.CONTENT_ENCRYPTION),
        "userinfo_encryption_alg_values_supported": list(algorithms.KEY_MANAGEMENT),
        "userinfo_encryption_enc_values_supported": list(algorithms.CONTENT_ENCRYPTION),
        "dpop_signing_alg_values_supported": list(algorithms.STRONG),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "prompt_values_supported": list(prompt.SUPPORTED),
        "ui_locales_supported": ["vi", "en"],
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": [*_OF_TOKENS, "eid_level", "phone_number_since", *claims.STANDARD],
        "claims_parameter_supported": True,
        "protected_resources": [f"{issuer}{path}" for path in RESOURCES],
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "authorization_details_types_supported": list(authorization_details.TYPES),
        "verified_claims_supported": True,
        "trust_frameworks_supported": [identity_assurance.TRUST_FRAMEWORK],
        "evidence_supported": [identity_assurance.EVIDENCE],
        "electronic_records_supported": [identity_assurance.RECORD],
        "claims_in_verified_claims_supported": list(identity_assurance.VERIFIED),
    }


def _addresses(issuer: str) -> dict[str, Any]:
    """Where everything is."""
    return {
        "authorization_endpoint": f"{issuer}/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        # RFC 9126 5: demanded of each client of profile fapi2 (its own metadata say so), not of all.
        "require_pushed_authorization_requests": False,
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "introspection_endpoint": f"{issuer}/introspect",
        "introspection_endpoint_auth_methods_supported": list(_AUTH_METHODS),
        "introspection_signing_alg_values_supported": list(algorithms.OURS),
        "backchannel_authentication_endpoint": f"{issuer}/bc-authorize",
        "device_authorization_endpoint": f"{issuer}/device_authorization",
        "revocation_endpoint": f"{issuer}/revoke",
        "revocation_endpoint_auth_methods_supported": list(_AUTH_METHODS),
        "end_session_endpoint": f"{issuer}/logout",
        "check_session_iframe": f"{issuer}/check-session",
    }
