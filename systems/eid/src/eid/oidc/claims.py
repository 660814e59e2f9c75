"""The claims request parameter, as far as this provider answers it.

OpenID Connect Core 5.5 and 5.5.1.1 (essential acr); OpenID Connect for Identity Assurance 1.0 section 6
(verified_claims in userinfo). Members that are not understood are ignored, as Core 5.5 asks.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.oidc.errors import InvalidRequest

TRUST_FRAMEWORK: Final = "vn_eid"
ASSURANCE_LEVEL: Final = "level2"
VERIFIED: Final = ("personal_id", "name", "birthdate", "gender")
MAX_LENGTH: Final = 8192


class ClaimsRequest(msgspec.Struct, frozen=True):
    """What a client asked for by name. `verified` holds names out of VERIFIED, in their order there.

    `acr_values` and `acr_essential` come from `id_token.acr`; `verified_max_age` (seconds) from
    `verification.time.max_age`.
    """

    verified: tuple[str, ...] = ()
    verified_max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False


def parse(text: str) -> ClaimsRequest:
    """Read the JSON of the claims parameter. Raises InvalidRequest when it is not a JSON object of objects."""
    if len(text) > MAX_LENGTH:
        raise InvalidRequest("claims is too long")
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InvalidRequest("claims is not JSON") from None
    top = _object(document, "claims")
    verified, max_age = _verified_claims(_object(top.get("userinfo"), "claims.userinfo"))
    acr_values, essential = _acr(_object(top.get("id_token"), "claims.id_token"))
    return ClaimsRequest(verified, max_age, acr_values, essential)


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name} is not an object")
    return value


def _verified_claims(userinfo: dict[str, Any]) -> tuple[tuple[str, ...], int | None]:
    asked = userinfo.get("verified_claims")
    if isinstance(asked, list):  # IDA 6.3.3 allows several; one trust framework gives one answer
        asked = asked[0] if len(asked) == 1 else None
    if asked is None:
        return (), None
    request = _object(asked, "verified_claims")
    verification = _object(request.get("verification"), "verified_claims.verification")
    if not _wanted(verification, "trust_framework", TRUST_FRAMEWORK):
        return (), None
    if not _wanted(verification, "assurance_level", ASSURANCE_LEVEL):
        return (), None
    time = _object(verification.get("time"), "verification.time")
    max_age = time.get("max_age")
    if max_age is not None and (not isinstance(max_age, int) or isinstance(max_age, bool) or max_age < 0):
        raise InvalidRequest("verification.time.max_age is not a number of seconds")
    names = _object(request.get("claims"), "verified_claims.claims")
    return tuple(name for name in VERIFIED if name in names), max_age


def _wanted(verification: dict[str, Any], name: str, ours: str) -> bool:
    """IDA 6.4: a request for another value than ours means that the whole is left out."""
    asked = _object(verification.get(name), f"verification.{name}")
    values = asked.get("values", [asked["value"]] if "value" in asked else None)
    return values is None or (isinstance(values, list) and ours in values)


def _acr(id_token: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
    acr = _object(id_token.get("acr"), "id_token.acr")
    values = acr.get("values", [acr["value"]] if "value" in acr else [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidRequest("id_token.acr values are not strings")
    return tuple(values), acr.get("essential") is True and bool(values)
