"""What the e-ID says about the person who signed in, after every check has passed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class VerifiedIdentity:
    """A proven person. Times are Unix seconds; `birth_date` is ISO; `sex` is `M`, `F` or empty.

    `verified_at` is when the register vouched for the claims (IDA `verification.time`, ISO 8601). `phone` and `email`
    were consented to but are not verified; `phone_since` is the day (ISO) from which the e-ID has had this phone.
    """

    issuer: str
    sub: str
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    sid: str
    eid_level: int
    personal_id: str
    full_name: str
    birth_date: str
    sex: str
    verified_at: str
    phone: str | None = None
    email: str | None = None
    phone_since: str | None = None

    def to_json(self) -> dict[str, Any]:
        """For the sealed session."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> VerifiedIdentity:
        """The inverse of `to_json`."""
        return cls(**(data | {"amr": tuple(data["amr"])}))
