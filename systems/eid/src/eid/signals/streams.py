"""A stream: what a receiver asked for, what it gets, and which changes it may make (SSF 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from eid.signals.events import SUPPORTED

PUSH: Final = "urn:ietf:rfc:8935"
POLL: Final = "urn:ietf:rfc:8936"
METHODS: Final = (PUSH, POLL)
VERIFY_EVERY: Final = 10  # seconds between two verifications (SSF 8.1.1, min_verification_interval)
_RECEIVERS: Final = ("delivery", "events_requested", "description")

Status = Literal["enabled", "paused", "disabled"]


class StreamRefused(ValueError):
    """A configuration that a stream cannot have; the text goes to the receiver's developer."""


class Stream(msgspec.Struct, frozen=True):
    """One receiver's stream. `sector` picks the subs; `authorization_header` is the receiver's secret for pushes."""

    stream_id: UUID
    client_id: str
    sector: str
    events_requested: tuple[str, ...] = ()
    delivery_method: str = POLL
    endpoint_url: str | None = None
    authorization_header: str | None = None
    description: str | None = None
    status: Status = "enabled"
    reason: str | None = None

    @property
    def events_delivered(self) -> tuple[str, ...]:
        """What was asked for and is supported."""
        return tuple(event for event in SUPPORTED if event in self.events_requested)


class _Delivery(msgspec.Struct):
    method: str
    endpoint_url: str | None = None
    authorization_header: str | None = None


class _Wanted(msgspec.Struct):
    """Members that a receiver supplies. Others are either ours (and have to match) or nobody's."""

    delivery: _Delivery | msgspec.UnsetType = msgspec.UNSET
    events_requested: list[str] | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType | None = msgspec.UNSET


def poll_address(issuer: str) -> str:
    """Where a receiver fetches; it has one stream, which its token names."""
    return f"{issuer}/ssf/poll"


def configuration(stream: Stream, issuer: str) -> dict[str, Any]:
    """The stream as its receiver sees it (SSF 8.1.1). The secret of the push is not told again."""
    endpoint_url = stream.endpoint_url if stream.delivery_method == PUSH else poll_address(issuer)
    said: dict[str, Any] = {
        "stream_id": str(stream.stream_id),
        "iss": issuer,
        "aud": stream.client_id,
        "events_supported": list(SUPPORTED),
        "events_requested": list(stream.events_requested),
        "events_delivered": list(stream.events_delivered),
        "delivery": {"method": stream.delivery_method, "endpoint_url": endpoint_url},
        "min_verification_interval": VERIFY_EVERY,
    }
    return said | ({"description": stream.description} if stream.description is not None else {})


def changed(stream: Stream, asked: Mapping[str, Any], *, whole: bool, issuer: str) -> Stream:
    """The stream after a receiver's create or PUT (`whole`) or PATCH. Raises StreamRefused.

    What is left out of a whole one is taken back to its default (SSF 8.1.1.4); ours may be repeated, not changed.
    """
    _ours_match(stream, asked, issuer)
    try:
        wanted = msgspec.convert({name: asked[name] for name in _RECEIVERS if name in asked}, _Wanted)
    except msgspec.ValidationError as error:
        raise StreamRefused(str(error)) from None
    made = Stream(stream.stream_id, stream.client_id, stream.sector, status=stream.status, reason=stream.reason)
    made = made if whole else stream
    if wanted.events_requested is not msgspec.UNSET:
        made = msgspec.structs.replace(made, events_requested=_events(wanted.events_requested))
    if wanted.description is not msgspec.UNSET:
        made = msgspec.structs.replace(made, description=_bounded(wanted.description, 500, "description"))
    if wanted.delivery is not msgspec.UNSET:
        made = _delivered(made, wanted.delivery, issuer)
    return made


def _ours_match(stream: Stream, asked: Mapping[str, Any], issuer: str) -> None:
    ours = configuration(stream, issuer)
    for name, value in asked.items():
        # guard: eid-stream-ours-are-ours
        if name in ours and name not in _RECEIVERS and value not in (ours[name], [ours[name]]):
            raise StreamRefused(f"{name} is not the receiver's to change")


def _events(asked: list[str]) -> tuple[str, ...]:
    if len(asked) > 100 or any(len(event) > 300 for event in asked):
        raise StreamRefused("events_requested is too long")
    return tuple(dict.fromkeys(asked))


def _bounded(text: str | None, most: int, name: str) -> str | None:
    if text is not None and len(text) > most:
        raise StreamRefused(f"{name} is too long")
    return text


def _delivered(stream: Stream, delivery: _Delivery, issuer: str) -> Stream:
    if delivery.method not in METHODS:
        raise StreamRefused("delivery.method is not supported")
    if delivery.method == POLL:
        if delivery.endpoint_url not in {None, poll_address(issuer)}:
            raise StreamRefused("the transmitter says where to poll")
        return msgspec.structs.replace(stream, delivery_method=POLL, endpoint_url=None, authorization_header=None)
    if not delivery.endpoint_url:
        raise StreamRefused("delivery.endpoint_url is missing")
    header = _bounded(delivery.authorization_header, 2000, "delivery.authorization_header")
    if header is not None and not (header.isascii() and header.isprintable() and header.strip() == header):
        raise StreamRefused("delivery.authorization_header is not a header value")
    return msgspec.structs.replace(
        stream,
        delivery_method=PUSH,
        endpoint_url=_bounded(delivery.endpoint_url, 2000, "delivery.endpoint_url"),
        authorization_header=header,
    )
