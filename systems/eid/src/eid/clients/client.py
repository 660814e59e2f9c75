"""A registered client: the record that every rule reads. Members are named as RFC 7591 and its kin name them."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from eid.clients.profiles import DEFAULT, PROFILES, Profile
from eid.oidc import grant_types, scopes

AuthMethod = Literal[
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "client_secret_basic",
    "client_secret_post",
    "none",
]
SubjectType = Literal["pairwise", "public"]
PUBLIC_SECTOR: Final = "public"
PRIVATE_KEY_JWT: Final = "private_key_jwt"
TLS_CLIENT_AUTH: Final = "tls_client_auth"
SELF_SIGNED_TLS_CLIENT_AUTH: Final = "self_signed_tls_client_auth"


class Name(msgspec.Struct, frozen=True):
    """A name that a person reads, in both languages."""

    vi: str
    en: str

    def get(self, language: str) -> str:
        """The English one for "en", otherwise the Vietnamese one."""
        return self.en if language == "en" else self.vi


class Client(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A relying party as registered. `jwks` holds public JWKs; `system` picks its mark and accent colour."""

    client_id: str
    client_name: str
    organization: Name
    sector: str
    system: str
    profile: str = DEFAULT

    # What it may ask for (RFC 7591 2, RFC 9396 10, RFC 8707).
    redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = (grant_types.AUTHORIZATION_CODE,)
    response_types: tuple[str, ...] = ("code",)
    response_modes: tuple[str, ...] = ()  # ours: narrows what the profile allows; empty: all of it
    scope: str = scopes.OPENID
    resources: tuple[str, ...] = ()  # ours: resource servers that it may name (RFC 8707); userinfo needs no naming
    resource_server: str | None = None  # ours: which resource it serves itself, so that it may introspect (RFC 7662)
    authorization_details_types: tuple[str, ...] = ()
    default_max_age: int | None = None
    default_acr_values: tuple[str, ...] = ()
    require_auth_time: bool = False  # auth_time stands in every ID token of ours
    consent_with_code: bool = False  # ours: the screen of the code asks for the consent too, one screen fewer

    # How it proves who it is (Core 9, RFC 8705 2).
    token_endpoint_auth_method: AuthMethod = PRIVATE_KEY_JWT
    token_endpoint_auth_signing_alg: str | None = None
    jwks: tuple[dict[str, Any], ...] = ()
    jwks_uri: str | None = None
    client_secret_hash: str | None = None  # SHA-256 of a random secret, hex; see clients/secret.py
    client_secret_expires_at: int = 0  # RFC 7591 3.2.1; 0: never
    tls_client_auth_subject_dn: str | None = None
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None

    # What its requests and tokens have to be like.
    require_pushed_authorization_requests: bool = False  # RFC 9126 6
    require_signed_request_object: bool = False  # RFC 9101 10.5
    request_object_signing_alg: str | None = None
    request_object_encryption_alg: str | None = None
    request_object_encryption_enc: str | None = None
    request_uris: tuple[str, ...] = ()
    dpop_bound_access_tokens: bool = False  # RFC 9449 5.2
    tls_client_certificate_bound_access_tokens: bool = False  # RFC 8705 3.4
    authorization_signed_response_alg: str | None = None  # JARM 3
    authorization_encrypted_response_alg: str | None = None
    authorization_encrypted_response_enc: str | None = None
    id_token_signed_response_alg: str = "ES256"  # noqa: S105
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    introspection_signed_response_alg: str | None = None  # RFC 9701 6

    # By which name it knows people (Core 8).
    subject_type: SubjectType = "pairwise"
    sector_identifier_uri: str | None = None

    # Where people and messages go.
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    initiate_login_uri: str | None = None
    backchannel_token_delivery_mode: str | None = None  # CIBA 4: poll or ping
    backchannel_client_notification_endpoint: str | None = None
    backchannel_authentication_request_signing_alg: str | None = None
    backchannel_user_code_parameter: bool = False

    # What people are told about it.
    application_type: str = "web"
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    contacts: tuple[str, ...] = ()
    software_id: str | None = None
    software_version: str | None = None
    software_statement: str | None = None  # RFC 7591 2.3, as it was given

    @property
    def is_public(self) -> bool:
        """Whether it has nothing to prove itself by (RFC 6749 2.1)."""
        return self.token_endpoint_auth_method == "none"  # noqa: S105

    @property
    def demands(self) -> Profile:
        """What this client's profile demands and allows."""
        return PROFILES[self.profile]

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes that it may ask for; words that we do not know are left out (RFC 7591 3.2.1)."""
        return scopes.known(self.scope)

    @property
    def signing_algorithms(self) -> tuple[str, ...]:
        """Algorithms that its assertions may be signed with."""
        chosen = self.token_endpoint_auth_signing_alg
        return (chosen,) if chosen else self.demands.signing_algorithms

    @property
    def must_push(self) -> bool:
        """Whether it may send nothing but a pushed request through the browser."""
        return self.demands.require_par or self.require_pushed_authorization_requests

    @property
    def allowed_response_modes(self) -> tuple[str, ...]:
        """Response modes that it may name."""
        return self.response_modes or self.demands.response_modes
