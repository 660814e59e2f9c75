"""Every way to be refused: one class each, turned into HTTP in `app.py` and nowhere else.

    RegisterError
      InvalidRequest 400 · UnsupportedGrantType 400
      InvalidClient 401, SlowDown 429 (token endpoint) · InvalidToken 401
      UnknownReference 403 · PurposeNotAllowed 403 · FieldNotGranted 403
      UnknownJob 404 · NoSubscriber 404 · JobConflict 409
      QuotaExceeded 429
      TemporarilyUnavailable 503 · RegistrationChanged 503

Descriptions are for developers and never repeat what was sent: they reach logs of others.
"""

from typing import Any, ClassVar


class RegisterError(Exception):
    """Refused. ``description`` tells a developer why, without any personal data."""

    status: ClassVar[int] = 400
    error: ClassVar[str] = "invalid_request"

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description

    def members(self) -> dict[str, Any]:
        """What the answer carries beside ``error``, ``error_description`` and ``request_id``."""
        return {}


class InvalidRequest(RegisterError):
    """The request is not what the contract says; nothing was looked up or counted."""


class UnsupportedGrantType(RegisterError):
    """RFC 6749 5.2."""

    error = "unsupported_grant_type"


class InvalidClient(RegisterError):
    """RFC 6749 5.2: the assertion does not prove a registered client."""

    status = 401
    error = "invalid_client"


class SlowDown(RegisterError):
    """Tokens are asked for too fast: by a client, or in vain by an address (RFC 6585 4)."""

    status = 429
    error = "slow_down"

    def __init__(self, retry_after: int) -> None:
        super().__init__("tokens are asked for too fast; one lasts five minutes")
        self.retry_after = retry_after

    def members(self) -> dict[str, Any]:
        return {"retry_after": self.retry_after}


class InvalidToken(RegisterError):
    """RFC 6750 3.1: no token, or one that is not ours, not for us, or over."""

    status = 401
    error = "invalid_token"


class Refused(RegisterError):
    """The caller is known and may not have this; such tries are logged."""

    status = 403


class UnknownReference(Refused):
    """The purpose names no account or dossier that this caller has open."""

    error = "unknown_reference"


class PurposeNotAllowed(Refused):
    """The caller was not registered for this purpose, or the purpose does not go with this call."""

    error = "purpose_not_allowed"


class FieldNotGranted(Refused):
    """At least one field was not granted to this caller for this procedure; none is given."""

    error = "field_not_granted"


class UnknownJob(RegisterError):
    """This client has no such job."""

    status = 404
    error = "unknown_job"


class NoSubscriber(RegisterError):
    """This client has no subscription to the change feed."""

    status = 404
    error = "no_subscriber"


class JobConflict(RegisterError):
    """The job, or a row of it, is there already and says something else."""

    status = 409
    error = "job_conflict"


class QuotaExceeded(Refused):
    """A limit of the day is reached. ``scope`` is ``reference``, ``number`` or ``client``."""

    status = 429
    error = "quota_exceeded"

    def __init__(self, scope: str, retry_after: int) -> None:
        super().__init__(f"no more calls today for this {scope}")
        self.scope = scope
        self.retry_after = retry_after

    def members(self) -> dict[str, Any]:
        return {"scope": self.scope, "retry_after": self.retry_after}


class TemporarilyUnavailable(RegisterError):
    """The register cannot answer now. Never to be read as "no match"."""

    status = 503
    error = "temporarily_unavailable"

    def members(self) -> dict[str, Any]:
        return {"retry_after": 5}


class RegistrationChanged(TemporarilyUnavailable):
    """The caller's registration changed while its call was answered: nothing was counted, logged or told."""
