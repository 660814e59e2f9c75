"""Reading the file that registers callers: a JSON list, judged whole before anything is kept."""

from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from kernel import agency_code, dossier_code, personal_id
from kernel.personal_id import PersonalIdFormat
from population.disclosure.grants import FIELDS
from population.disclosure.purposes import PURPOSES
from population.people.changes import KINDS
from population.settings import is_loopback


class RegistrationFault(ValueError):
    """What is wrong with the file."""


class _Name(msgspec.Struct, forbid_unknown_fields=True):
    vi: str
    en: str


class _Grant(msgspec.Struct, forbid_unknown_fields=True):
    procedure_code: str | None
    fields: list[str]


class _Jwks(msgspec.Struct):
    keys: list[dict[str, Any]]


class _Feed(msgspec.Struct, forbid_unknown_fields=True):
    push_to: str
    kinds: list[str]
    about: Literal["everybody", "asked"]


class _Registration(msgspec.Struct, forbid_unknown_fields=True):
    client_id: str
    name: _Name
    agency_code: str
    jwks: _Jwks
    purposes: list[str]
    grants: list[_Grant]
    quota_per_day: int
    feed: _Feed | None = None


def read(content: bytes) -> list[dict[str, Any]]:
    """The registrations as plain objects. Raises RegistrationFault naming the client and the fault."""
    try:
        found = msgspec.json.decode(content, type=list[_Registration])
    except msgspec.DecodeError as error:
        raise RegistrationFault(str(error)) from None
    for one in found:
        _judge(one)
    return [msgspec.to_builtins(one) for one in found]


def _judge(one: _Registration) -> None:
    rules = (
        (not one.client_id or not one.client_id.isascii(), "client_id is empty or not ASCII"),
        (not agency_code.is_valid(one.agency_code), "agency_code is none"),
        (not set(one.purposes) <= set(PURPOSES), "a purpose is unknown"),
        (one.quota_per_day < 1, "quota_per_day is below 1"),
        (one.feed is not None and not set(one.feed.kinds) <= KINDS, "a kind of change is unknown"),
        (one.feed is not None and not _is_safe(one.feed.push_to), "push_to is no https address (http: loopback only)"),
        (not one.jwks.keys, "jwks has no key"),
        (any("d" in key or key.get("kty") != "EC" for key in one.jwks.keys), "jwks holds more than public EC keys"),
        (any(not set(grant.fields) <= set(FIELDS) for grant in one.grants), "a granted field is unknown"),
        (
            any(
                g.procedure_code is not None and not dossier_code.is_procedure_code(g.procedure_code)
                for g in one.grants
            ),
            "a procedure code is none",
        ),
    )
    for wrong, fault in rules:
        if wrong:
            raise RegistrationFault(f"client {one.client_id}: {fault}")


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    # guard: npd-feed-goes-out-encrypted
    return (parts.scheme == "https" and bool(host)) or (parts.scheme == "http" and is_loopback(host))


class Officer(msgspec.Struct, forbid_unknown_fields=True):
    """Who may do what on the staff pages, signed in with the e-ID."""

    personal_id: str
    full_name: str
    duties: list[Literal["corrections", "alarms", "secrecy"]]
    active: bool = True


def read_officers(content: bytes) -> list[Officer]:
    """A JSON list of officers. Raises RegistrationFault."""
    try:
        listed = msgspec.json.decode(content, type=list[Officer])
        for one in listed:
            one.personal_id = personal_id.normalise(one.personal_id)
    except (msgspec.DecodeError, PersonalIdFormat) as error:
        raise RegistrationFault(str(error)) from None
    return listed
