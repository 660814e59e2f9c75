"""What a client sees of each error: the registered word, the status, and how to come again.

RFC 6749 5.2, RFC 6750 3, RFC 9449 7.1 and 8, RFC 9728 5.1; the words are those of IANA's OAuth Extensions Error
Registry, or of the spec that is named beside them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from eid.endpoints.http import failure
from eid.oidc import errors
from eid.oidc.errors import OAuthError

RESOURCE = "https://eid.example/.well-known/oauth-protected-resource/userinfo"
STRONG = 'algs="ES256 PS256 EdDSA Ed25519"'
WORDS: list[tuple[type[OAuthError], str, int]] = [
    # RFC 6749 4.1.2.1 and 5.2
    (errors.InvalidRequest, "invalid_request", 400),
    (errors.InvalidClient, "invalid_client", 401),
    (errors.InvalidGrant, "invalid_grant", 400),
    (errors.UnauthorizedClient, "unauthorized_client", 400),
    (errors.UnsupportedGrantType, "unsupported_grant_type", 400),
    (errors.UnsupportedResponseType, "unsupported_response_type", 400),
    (errors.InvalidScope, "invalid_scope", 400),
    (errors.AccessDenied, "access_denied", 400),
    (errors.TemporarilyUnavailable, "temporarily_unavailable", 503),
    (errors.ServerError, "server_error", 500),
    # OpenID Connect Core 3.1.2.6 and its extension
    (errors.LoginRequired, "login_required", 400),
    (errors.ConsentRequired, "consent_required", 400),
    (errors.InteractionRequired, "interaction_required", 400),
    (errors.UnmetAuthenticationRequirements, "unmet_authentication_requirements", 400),
    (errors.InvalidRequestUri, "invalid_request_uri", 400),
    (errors.InvalidRequestObject, "invalid_request_object", 400),
    (errors.RequestNotSupported, "request_not_supported", 400),
    (errors.RegistrationNotSupported, "registration_not_supported", 400),
    # RFC 6750 3.1
    (errors.InvalidToken, "invalid_token", 401),
    (errors.InsufficientScope, "insufficient_scope", 403),
    # RFC 9449 5, RFC 8707 2, RFC 9396 5
    (errors.InvalidDpopProof, "invalid_dpop_proof", 400),
    (errors.InvalidTarget, "invalid_target", 400),
    (errors.InvalidAuthorizationDetails, "invalid_authorization_details", 400),
    # RFC 8628 3.5, CIBA Core 11 and 13
    (errors.AuthorizationPending, "authorization_pending", 400),
    (errors.SlowDown, "slow_down", 400),
    (errors.ExpiredToken, "expired_token", 400),
    (errors.UnknownUserId, "unknown_user_id", 400),
    (errors.ExpiredLoginHintToken, "expired_login_hint_token", 400),
    (errors.InvalidBindingMessage, "invalid_binding_message", 400),
    (errors.RequestRefused, "access_denied", 403),
    # SSF 8.1
    (errors.NotFound, "not_found", 404),
    (errors.Conflict, "conflict", 409),
    (errors.TooManyRequests, "too_many_requests", 429),
    # RFC 7591 3.2.2
    (errors.InvalidRedirectUri, "invalid_redirect_uri", 400),
    (errors.InvalidClientMetadata, "invalid_client_metadata", 400),
    (errors.UnapprovedSoftwareStatement, "unapproved_software_statement", 400),
    (errors.InvalidSoftwareStatement, "invalid_software_statement", 400),
]


def told(error: OAuthError, resource: str = "") -> tuple[int, dict[str, Any], dict[bytes, bytes]]:
    answer = failure(error, resource=resource)
    return answer.status, json.loads(answer.body), dict(answer.headers)


@pytest.mark.parametrize(("kind", "word", "status"), WORDS)
def test_each_error_has_its_word_and_its_status(kind: type[OAuthError], word: str, status: int) -> None:
    said, document, headers = told(kind("why"))
    assert (said, document) == (status, {"error": word, "error_description": "why"})
    assert headers[b"cache-control"] == b"no-store"
    assert (b"www-authenticate" in headers) is (kind in {errors.InvalidClient, errors.InvalidToken,
                                                         errors.InsufficientScope})  # fmt: skip
    assert headers.get(b"retry-after") == (b"5" if status == 503 else None)
    assert str(kind("why")) == f"('{word}', 'why')", "what a log says of it"
    assert told(kind())[1] == {"error": word}, "nothing to say is not said"


def test_no_error_is_left_out() -> None:
    def all_of(kind: type[OAuthError]) -> set[type[OAuthError]]:
        return {kind}.union(*(all_of(each) for each in kind.__subclasses__()))

    assert all_of(OAuthError) - {OAuthError, errors.UseDpopNonce} == {kind for kind, _, _ in WORDS}


def test_a_client_is_told_how_to_prove_itself() -> None:
    """RFC 9110 11.6.1: the scheme that was tried, else the one that is meant."""
    assert told(errors.InvalidClient("why"))[2][b"www-authenticate"] == b'private_key_jwt realm="eid"'
    assert told(errors.InvalidClient("why", "Basic"))[2][b"www-authenticate"] == b'Basic realm="eid"'


def test_who_shows_no_token_is_told_every_way_and_no_error() -> None:
    """RFC 6750 3.1."""
    assert failure(errors.InvalidToken()).headers[-2:] == (
        (b"www-authenticate", b"Bearer"), (b"www-authenticate", f"DPoP {STRONG}".encode()))  # fmt: skip
    ways = [value.decode() for name, value in failure(errors.InvalidToken(), resource=RESOURCE).headers
            if name == b"www-authenticate"]  # fmt: skip
    assert ways == [f'Bearer resource_metadata="{RESOURCE}"', f'DPoP {STRONG}, resource_metadata="{RESOURCE}"']


def test_who_shows_a_bad_token_is_told_why_in_the_scheme_that_it_needs() -> None:
    bearer = told(errors.InvalidToken("why"), RESOURCE)[2][b"www-authenticate"].decode()
    assert bearer == f'Bearer error="invalid_token", error_description="why", resource_metadata="{RESOURCE}"'
    bound = told(errors.InvalidToken("why", "DPoP"))[2][b"www-authenticate"].decode()
    assert bound == f'DPoP error="invalid_token", error_description="why", {STRONG}'
    narrow = told(errors.InsufficientScope("why"))
    assert narrow[0] == 403
    assert narrow[2][b"www-authenticate"] == b'Bearer error="insufficient_scope", error_description="why"'


def test_a_proof_is_refused_with_400_where_tokens_are_given_and_with_401_where_they_are_used() -> None:
    """RFC 9449 5 and 7.1, and 8 for the nonce to come again with."""
    given, used = (told(errors.UseDpopNonce("why", "fresh"), resource) for resource in ("", RESOURCE))
    assert (given[0], given[1]["error"]) == (400, "use_dpop_nonce")
    assert b"www-authenticate" not in given[2]
    assert used[0] == 401
    challenge = f'DPoP error="use_dpop_nonce", error_description="why", {STRONG}, resource_metadata="{RESOURCE}"'
    assert used[2][b"www-authenticate"].decode() == challenge
    assert given[2][b"dpop-nonce"] == used[2][b"dpop-nonce"] == b"fresh"
    assert b"dpop-nonce" not in told(errors.InvalidDpopProof("why"), RESOURCE)[2]
