"""The errors of OAuth 2.0 and OpenID Connect, one class each; endpoints turn them into HTTP in one place."""

from __future__ import annotations

from typing import ClassVar


class OAuthError(Exception):
    """An error that a spec names. `code` is the spec's word, `status` the HTTP status on a JSON channel.

    The description is for developers of clients: it never holds a value from the request or a person's data.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, description: str = "") -> None:
        super().__init__(self.code, description)
        self.description = description


class InvalidRequest(OAuthError):
    """RFC 6749 4.1.2.1 and 5.2."""

    code = "invalid_request"


class InvalidClient(OAuthError):
    """RFC 6749 5.2: client authentication failed. `scheme` is the one to come again with (RFC 9110 11.6.1)."""

    code = "invalid_client"
    status = 401

    def __init__(self, description: str = "", scheme: str = "private_key_jwt") -> None:
        super().__init__(description)
        self.scheme = scheme


class InvalidGrant(OAuthError):
    """RFC 6749 5.2: the code is wrong, expired, used, or belongs to something else."""

    code = "invalid_grant"


class UnauthorizedClient(OAuthError):
    """RFC 6749 4.1.2.1 and 5.2: this client may not do this."""

    code = "unauthorized_client"


class UnsupportedGrantType(OAuthError):
    """RFC 6749 5.2."""

    code = "unsupported_grant_type"


class UnsupportedResponseType(OAuthError):
    """RFC 6749 4.1.2.1."""

    code = "unsupported_response_type"


class InvalidScope(OAuthError):
    """RFC 6749 4.1.2.1."""

    code = "invalid_scope"


class AccessDenied(OAuthError):
    """RFC 6749 4.1.2.1: the person said no, or may not sign in."""

    code = "access_denied"


class TemporarilyUnavailable(OAuthError):
    """RFC 6749 4.1.2.1: not a refusal. Something that the answer needs is away."""

    code = "temporarily_unavailable"
    status = 503


class ServerError(OAuthError):
    """RFC 6749 4.1.2.1."""

    code = "server_error"
    status = 500


class LoginRequired(OAuthError):
    """OpenID Connect Core 3.1.2.6."""

    code = "login_required"


class ConsentRequired(OAuthError):
    """OpenID Connect Core 3.1.2.6."""

    code = "consent_required"


class InteractionRequired(OAuthError):
    """OpenID Connect Core 3.1.2.6."""

    code = "interaction_required"


class UnmetAuthenticationRequirements(OAuthError):
    """OpenID Connect Core Error Code unmet_authentication_requirements 1.0: an essential acr is out of reach."""

    code = "unmet_authentication_requirements"


class InvalidRequestUri(OAuthError):
    """RFC 9101 6.2 and RFC 9126 2.2: unknown, expired, used, or another client's."""

    code = "invalid_request_uri"


class InvalidRequestObject(OAuthError):
    """RFC 9101 6.2: the request object is malformed, not its client's, old, or for somebody else."""

    code = "invalid_request_object"


class RequestNotSupported(OAuthError):
    """OpenID Connect Core 3.1.2.6: request objects are not taken (yet)."""

    code = "request_not_supported"


class RegistrationNotSupported(OAuthError):
    """OpenID Connect Core 3.1.2.6: a client is registered before it asks, not by the request (7.2.1)."""

    code = "registration_not_supported"


class InvalidToken(OAuthError):
    """RFC 6750 3.1, RFC 9449 7.1. `scheme` is how the token has to be presented; no description: none was."""

    code = "invalid_token"
    status = 401

    def __init__(self, description: str = "", scheme: str = "Bearer") -> None:
        super().__init__(description)
        self.scheme = scheme


class InsufficientScope(OAuthError):
    """RFC 6750 3.1."""

    code = "insufficient_scope"
    status = 403


class InvalidDpopProof(OAuthError):
    """RFC 9449 5: the proof of possession is missing, malformed, old, replayed, or for something else."""

    code = "invalid_dpop_proof"


class UseDpopNonce(InvalidDpopProof):
    """RFC 9449 8 and 9: the proof has to carry `nonce`, which goes along as the `DPoP-Nonce` header."""

    code = "use_dpop_nonce"

    def __init__(self, description: str, nonce: str) -> None:
        super().__init__(description)
        self.nonce = nonce


class InvalidTarget(OAuthError):
    """RFC 8707 2: the resource is unknown, malformed, or not for this client."""

    code = "invalid_target"


class InvalidAuthorizationDetails(OAuthError):
    """RFC 9396 5: a type or member that is unknown, malformed, or not for this client."""

    code = "invalid_authorization_details"


class AuthorizationPending(OAuthError):
    """RFC 8628 3.5, CIBA Core 1.0 11: nobody has answered yet."""

    code = "authorization_pending"


class SlowDown(OAuthError):
    """RFC 8628 3.5, CIBA Core 1.0 11: nobody has answered yet, and the next question comes five seconds later."""

    code = "slow_down"


class ExpiredToken(OAuthError):
    """RFC 8628 3.5, CIBA Core 1.0 11: nobody answered in time."""

    code = "expired_token"


class UnknownUserId(OAuthError):
    """CIBA Core 1.0 13: the hint names nobody whom we could ask."""

    code = "unknown_user_id"


class ExpiredLoginHintToken(OAuthError):
    """CIBA Core 1.0 13."""

    code = "expired_login_hint_token"


class InvalidBindingMessage(OAuthError):
    """CIBA Core 1.0 13."""

    code = "invalid_binding_message"


class NotFound(OAuthError):
    """SSF 8.1: no such stream of this receiver; RFC 7592 has its own word for clients."""

    code = "not_found"
    status = 404


class Conflict(OAuthError):
    """SSF 8.1.1.1: the receiver has a stream already."""

    code = "conflict"
    status = 409


class TooManyRequests(OAuthError):
    """SSF 8.1.4.1: sooner than min_verification_interval."""

    code = "too_many_requests"
    status = 429


class RequestRefused(AccessDenied):
    """CIBA Core 1.0 13: refused before anybody was asked: 403, where the token endpoint says the same with 400."""

    status = 403


class InvalidRedirectUri(OAuthError):
    """RFC 7591 3.2.2."""

    code = "invalid_redirect_uri"


class InvalidClientMetadata(OAuthError):
    """RFC 7591 3.2.2."""

    code = "invalid_client_metadata"


class UnapprovedSoftwareStatement(OAuthError):
    """RFC 7591 3.2.2."""

    code = "unapproved_software_statement"


class InvalidSoftwareStatement(OAuthError):
    """RFC 7591 3.2.2."""

    code = "invalid_software_statement"
