"""What a client's profile demands and allows: one table of data, read by the checks.

`fapi2` is the FAPI 2.0 Security Profile and the default; with `require_signed_request_object` and
`authorization_signed_response_alg` in its registration a client follows Message Signing too. `oidc` is what
OpenID Connect Core asks of a provider, for software that knows no more.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.oidc import algorithms


class Profile(msgspec.Struct, frozen=True):
    """Demands of one profile; each member is a row of the table below."""

    require_par: bool  # FAPI 2.0 SP 5.3.2.2 number 2
    require_pkce: bool  # number 5; always S256 when it is used
    sender_constrained: bool  # 5.3.2.1 number 5: DPoP or mTLS on every access token
    dpop_nonce: bool  # RFC 9449 8: proofs carry our nonce
    auth_methods: tuple[str, ...]  # 5.3.2.1 number 6
    signing_algorithms: tuple[str, ...]  # of assertions and request objects (5.4.1)
    id_token_algorithms: tuple[str, ...]  # that we sign with for it
    assertion_for_issuer_only: bool  # 5.3.2.1: `aud` is our issuer, one string; else an endpoint's address will do
    redirect_uri_at_token: bool  # RFC 6749 4.1.3 asks for it, OAuth 2.1 and PKCE make it idle
    response_types: tuple[str, ...]
    response_modes: tuple[str, ...]
    rotate_refresh_tokens: bool  # 5.3.2.1: not rotated where the client's key guards them; RFC 9700 4.14 elsewhere
    signed_ciba_request: bool  # FAPI-CIBA 5.2.2
    binding_message: bool  # FAPI-CIBA 5.2.2: both screens show the same words
    ciba_certificate: bool  # FAPI-CIBA 5.2.2: tokens are bound to a certificate
    claims_in_id_token: bool  # Core 5.5 `id_token`: identity in a token that travels; else userinfo alone tells it
    session_state: bool  # Session Management 1.0 2: the client may watch the session from its own page
    optional_scopes: bool  # a person may let go single scopes; else a scope is wanted whole (Law 91/2025)


_KEYS: Final = ("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
_SECRETS: Final = ("client_secret_basic", "client_secret_post")
_MODES: Final = ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")

# fmt: off
_TABLE: Final[tuple[tuple[Any, ...], ...]] = (
    #   member                      fapi2                          oidc
    ("require_par",                 True,                          False),
    ("require_pkce",                True,                          False),
    ("sender_constrained",          True,                          False),
    ("dpop_nonce",                  True,                          False),
    ("auth_methods",                _KEYS,                         (*_KEYS, *_SECRETS)),
    ("signing_algorithms",          algorithms.STRONG,             algorithms.CLASSIC),
    ("id_token_algorithms",         ("ES256",),                     ("RS256", "ES256")),
    ("assertion_for_issuer_only",   True,                          False),
    ("redirect_uri_at_token",       False,                         True),
    ("response_types",              ("code",),                     ("code",)),
    ("response_modes",              _MODES,                        _MODES),
    ("rotate_refresh_tokens",       False,                         True),
    ("signed_ciba_request",         True,                          False),
    ("binding_message",             True,                          False),
    ("ciba_certificate",            True,                          False),
    ("claims_in_id_token",          False,                         True),
    ("session_state",               False,                         True),
    ("optional_scopes",             True,                          False),
)
# fmt: on
PROFILES: Final = {
    name: Profile(**{str(row[0]): row[column] for row in _TABLE})
    for column, name in enumerate(("fapi2", "oidc"), start=1)
}
DEFAULT: Final = "fapi2"
