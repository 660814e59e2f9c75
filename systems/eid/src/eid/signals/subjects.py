"""Whom an event is about (RFC 9493): always by the `sub` that the receiver's sector knows, never by a number."""

from __future__ import annotations

from typing import Any

import msgspec


class SubjectRefused(ValueError):
    """Not a subject identifier that this provider takes."""


class _IssSub(msgspec.Struct, tag_field="format", tag="iss_sub", forbid_unknown_fields=True):
    iss: str
    sub: str


class _Opaque(msgspec.Struct, tag_field="format", tag="opaque", forbid_unknown_fields=True):
    id: str


class _Complex(msgspec.Struct, tag_field="format", tag="complex", forbid_unknown_fields=True):
    user: _IssSub | _Opaque


def of_person(issuer: str, sub: str) -> dict[str, Any]:
    """RFC 9493 3.2.3: a person, as this receiver knows him."""
    return {"format": "iss_sub", "iss": issuer, "sub": sub}


def of_session(issuer: str, sub: str, sid: str) -> dict[str, Any]:
    """SSF 3.2: one session of a person; `sid` is the one of the receiver's ID tokens."""
    return {"format": "complex", "user": of_person(issuer, sub), "session": {"format": "opaque", "id": sid}}


def of_stream(stream_id: str) -> dict[str, Any]:
    """SSF 8.1.4: events about the stream itself."""
    return {"format": "opaque", "id": stream_id}


def sub_of(value: object, issuer: str) -> str:
    """The `sub` in a receiver's subject: iss_sub of ours, opaque, or complex with a user. Raises SubjectRefused."""
    try:
        subject = msgspec.convert(value, _IssSub | _Opaque | _Complex)
    except msgspec.ValidationError as error:
        raise SubjectRefused(str(error)) from None
    person = subject.user if isinstance(subject, _Complex) else subject
    if isinstance(person, _Opaque):
        return person.id
    if person.iss != issuer:
        raise SubjectRefused("a subject of another issuer")
    return person.sub
