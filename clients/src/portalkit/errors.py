"""What can go wrong, one class each. `code` is stable; `unavailable` errors are never a no."""

from __future__ import annotations


class EidError(Exception):
    """A refused or failed act with the e-ID."""

    code = "EID_ERROR"
    status = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


class ProviderUnavailable(EidError):
    """The provider or the register did not answer: nothing is decided, the person tries again."""

    code = "EID_UNAVAILABLE"
    status = 503


class StateRefused(EidError):
    """The answer does not belong to a sign-in that this browser started (RFC 6749 10.12), or came twice."""

    code = "EID_STATE"


class IssuerRefused(EidError):
    """The answer names another provider, or none (RFC 9207 2.4)."""

    code = "EID_ISSUER"


class DeniedByPerson(EidError):
    """The person said no at the e-ID."""

    code = "EID_DENIED"
    status = 403


class RefusedByProvider(EidError):
    """The provider answered with an error."""

    code = "EID_REFUSED"


class TokenRefused(EidError):
    """A token of the provider fails a check."""

    code = "EID_TOKEN"


class LinkRefused(EidError):
    """The link is not made; `detail` is the refusal's name (`portalkit.linking`)."""

    code = "EID_LINK"
    status = 409
