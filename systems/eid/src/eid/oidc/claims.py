"""The claims request parameter, as far as this provider answers it.

OpenID Connect Core 5.5 and 5.5.1.1 (essential acr); what verified_claims may hold says oidc/identity_assurance.py.
Members that are not understood are ignored, as Core 5.5 asks.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from eid.oidc import identity_assurance
from eid.oidc.errors import InvalidRequest

# Core 5.1 and 5.4: the standard claims, by the scope that asks for them.
OF_SCOPE: Final = {
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
STANDARD: Final = tuple(name for names in OF_SCOPE.values() for name in names)
MAX_LENGTH: Final = 8192


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Standard claims (Core 5.1) that a client asked for by name, per place; `essential` are names out of both.

    `verification` are elements of the verification of verified_claims (IDA 6.3).
    """

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    essential: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()


class ClaimsRequest(msgspec.Struct, frozen=True):
    """What a client asked for by name. `verified` holds names out of identity_assurance.VERIFIED, in their order.

    `acr_values` and `acr_essential` come from `id_token.acr`; `verified_max_age` (seconds) from
    `verification.time.max_age`; `sub` is the one person that the answer may be about (Core 5.5.1).
    """

    verified: tuple[str, ...] = ()
    verified_max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False
    auth_time_essential: bool = False
    sub: str | None = None
    asked: Asked = Asked()


def parse(text: str) -> ClaimsRequest:
    """Read the JSON of the claims parameter. Raises InvalidRequest when it is not a JSON object of objects."""
    if len(text) > MAX_LENGTH:
        raise InvalidRequest("claims is too long")
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InvalidRequest("claims is not JSON") from None
    if document is None:
        raise InvalidRequest("claims is not an object")
    top = _object(document, "claims")
    userinfo = _object(top.get("userinfo"), "claims.userinfo")
    id_token = _object(top.get("id_token"), "claims.id_token")
    vouched = identity_assurance.read(userinfo.get("verified_claims"))
    acr_values, essential = _acr(id_token)
    return ClaimsRequest(
        verified=vouched.names,
        verified_max_age=vouched.max_age,
        acr_values=acr_values,
        acr_essential=essential,
        auth_time_essential=_is_essential(id_token, "auth_time"),
        sub=_sub(id_token) or _sub(userinfo),
        asked=_asked(userinfo, id_token, vouched.elements if vouched.names else ()),
    )


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name} is not an object")
    return value


def _asked(userinfo: dict[str, Any], id_token: dict[str, Any], verification: tuple[str, ...]) -> Asked:
    """Names out of STANDARD; a wished `value` of such a claim is a hint that we do not follow (Core 5.5.1)."""
    names = {
        place: tuple(name for name in STANDARD if name in asked)
        for place, asked in (("userinfo", userinfo), ("id_token", id_token))
    }
    essential = tuple(name for name in STANDARD if _is_essential(userinfo, name) or _is_essential(id_token, name))
    return Asked(names["userinfo"], names["id_token"], essential, verification)


def _is_essential(place: dict[str, Any], name: str) -> bool:
    return _object(place.get(name), f"claims.{name}").get("essential") is True


def _sub(place: dict[str, Any]) -> str | None:
    value = _object(place.get("sub"), "claims.sub").get("value")
    return value if isinstance(value, str) else None


def _acr(id_token: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
    acr = _object(id_token.get("acr"), "id_token.acr")
    values = acr.get("values", [acr["value"]] if "value" in acr else [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidRequest("id_token.acr values are not strings")
    return tuple(values), acr.get("essential") is True and bool(values)
