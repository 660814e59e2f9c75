"""Software statements: metadata that somebody whom the operator trusts has signed (RFC 7591 2.3).

Pure. Who is trusted is a setting; a statement proves the software, never the one who shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from eid.oidc import algorithms, foreign_jws
from eid.oidc.errors import InvalidSoftwareStatement, UnapprovedSoftwareStatement

Trusted = Mapping[str, Sequence[dict[str, Any]]]
MAX_LENGTH: Final = 16 * 1024
SKEW: Final = 60
TYPES: Final = (None, "JWT", "software-statement+jwt")
_OF_THE_JWT: Final = frozenset(("iss", "aud", "exp", "nbf", "iat", "jti", "sub"))


class _Payload(msgspec.Struct):
    iss: str
    exp: int | float | None = None
    nbf: int | float | None = None


_PAYLOAD: Final = msgspec.json.Decoder(_Payload)
_ALL: Final = msgspec.json.Decoder(dict[str, Any])


def read_trusted(text: bytes) -> Trusted:
    """The operator's file: `{issuer: JWK Set}`. Raises ValueError."""
    try:
        sets = msgspec.json.decode(text, type=dict[str, dict[str, list[dict[str, Any]]]])
    except msgspec.MsgspecError:
        raise ValueError("not {issuer: JWK Set}") from None
    return {issuer: keys["keys"] for issuer, keys in sets.items() if keys.get("keys")}


def vouched(statement: object, trusted: Trusted, *, now: int) -> dict[str, Any]:
    """The metadata that a statement vouches for. Raises UnapprovedSoftwareStatement, InvalidSoftwareStatement."""
    if not isinstance(statement, str):
        raise InvalidSoftwareStatement("the software statement is not a JWT")
    try:
        token = foreign_jws.take_apart(statement, MAX_LENGTH)
        payload, members = _PAYLOAD.decode(token.payload), _ALL.decode(token.payload)
    except (foreign_jws.Malformed, msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InvalidSoftwareStatement("the software statement cannot be read") from None
    # guard: eid-software-statement-issuer
    keys = trusted.get(payload.iss)
    if keys is None:
        raise UnapprovedSoftwareStatement("the issuer of the software statement is not approved here")
    # guard: eid-software-statement-signature
    if not foreign_jws.is_signed(token, keys, algorithms.CLASSIC) or token.header.typ not in TYPES:
        raise InvalidSoftwareStatement("the software statement is not signed by its issuer")
    # guard: eid-software-statement-of-this-time
    if (payload.exp is not None and payload.exp <= now - SKEW) or (payload.nbf or 0) > now + SKEW:
        raise InvalidSoftwareStatement("the software statement is not of this time")
    return {name: value for name, value in members.items() if name not in _OF_THE_JWT}
