"""The standard claims of a person (OpenID Connect Core 5.1), composed of what an account holds.

A Vietnamese name puts the family name first and the given name last; what stands between is the middle name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from eid.oidc import claims

_GENDER: Final = {"F": "female", "M": "male"}
_USUAL: Final[dict[str, Any]] = {"zoneinfo": "Asia/Ho_Chi_Minh", "locale": "vi-VN"}


def compose(
    *,
    full_name: str,
    birth_date: str,
    sex: str,
    phone: str | None,
    email: str | None,
    extra: Mapping[str, Any],
    updated_at: datetime | None,
) -> dict[str, Any]:
    """Every claim that has a value, by name. `birth_date` may be partly known; `phone` is a national number.

    A phone number is verified by the one-time codes that go there; an e-mail address only where the account says so.
    """
    words = full_name.split()
    own: dict[str, Any] = {
        "name": full_name,
        "family_name": words[0] if words else None,
        "middle_name": " ".join(words[1:-1]) or None,
        "given_name": words[-1] if len(words) > 1 else None,
        "gender": _GENDER[sex],
        "birthdate": _birthdate(birth_date),
        "phone_number": None if phone is None else "+84" + phone.removeprefix("0"),
        "email": email,
    }
    told: dict[str, Any] = dict(_USUAL)
    if phone is not None:
        told["phone_number_verified"] = True
    if email is not None:
        told["email_verified"] = False
    if updated_at is not None:
        told["updated_at"] = int(updated_at.timestamp())
    # What the account says comes first: made-up claims only fill what is missing.
    # guard: eid-made-up-claims-replace-nothing
    told |= dict(extra) | {name: value for name, value in own.items() if value is not None}
    return {name: told[name] for name in claims.STANDARD if told.get(name) is not None}


def _birthdate(text: str) -> str | None:
    """Core 5.1: YYYY-MM-DD, or YYYY alone; a month without a day has no form there."""
    return text[:4] if len(text) == 7 else text
