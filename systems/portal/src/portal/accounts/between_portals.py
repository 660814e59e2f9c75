"""What an app of this portal says to another portal, and hears from one, without knowing how it travels.

`exchange` carries the messages; it lies above the apps that speak here, so they meet in this port:

    @between_portals.hears("dossier-status")
    def status_changed(said: Said) -> dict[str, object] | None: ...

    between_portals.tell("quangtri", "dossier-status", {"code": …}, secret={"personal_id": …})

`tell` is durable and has its effect once; `ask` is answered now or not at all, and changes nothing at the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

EVENTS_PATH = "/exchange/events"
DOSSIERS_PATH = "/exchange/dossiers"
SESSION_STATUS_PATH = "/exchange/session-status"
NATIONAL = "national"
"""The name under which a province trusts the national portal."""

Hearer = Callable[["Said"], "Mapping[str, Any] | None"]


class SaidNo(Exception):
    """Raise in a hearer to refuse for good, with a reason code that the sender is shown; nothing is tried again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """What another portal said: believed, new (each message has its effect once), `secret` already opened."""

    sender: str
    sender_origin: str
    type: str
    body: dict[str, Any]
    said_at: float
    """The sender's real clock, Unix seconds."""
    secret: dict[str, Any] = field(default_factory=dict, repr=False)


class Unavailable(Exception):
    """The other portal could not be asked now. Never a no."""


class Carrier(Protocol):
    """What `exchange` implements."""

    def tell(self, portal: str, type_: str, body: Mapping[str, Any], secret: Mapping[str, Any], path: str) -> str: ...

    def ask(
        self, portal: str, type_: str, body: Mapping[str, Any], secret: Mapping[str, Any], path: str
    ) -> dict[str, Any]: ...

    def addresses(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears a type of message, at which path, and whether it is a question (answered afresh, no effect)."""

    hearer: Hearer
    path: str
    question: bool


_hearings: dict[str, Hearing] = {}
_carrier: list[Carrier] = []


def hears(type_: str, *, path: str = EVENTS_PATH, question: bool = False) -> Callable[[Hearer], Hearer]:
    """Register what a message of this type does. It runs in the transaction that notes the message as heard."""

    def register(hearer: Hearer) -> Hearer:
        known = _hearings.setdefault(type_, Hearing(hearer, path, question))
        if known.hearer is not hearer:
            raise ValueError(f"{type_} is heard by {known.hearer.__qualname__} already")
        return hearer

    return register


def hearing_of(type_: str, path: str) -> Hearing | None:
    """Who hears this type at this path; None when nobody does."""
    hearing = _hearings.get(type_)
    return hearing if hearing is not None and hearing.path == path else None


def tell(
    portal: str,
    type_: str,
    body: Mapping[str, Any],
    *,
    secret: Mapping[str, Any] | None = None,
    path: str = EVENTS_PATH,
) -> str:
    """Say something to a trusted portal, at least once, in the caller's transaction; returns the message's id.

    `body` is signed and readable on the way: no name, number, phone, address or token. `secret` can be opened by
    the receiver only. Raises LookupError when no such portal is trusted.
    """
    if not _carrier:
        raise LookupError("no other portal can be reached: exchange is not installed")
    return _carrier[0].tell(portal, type_, body, secret or {}, path)


def ask(
    portal: str,
    type_: str,
    body: Mapping[str, Any],
    *,
    secret: Mapping[str, Any] | None = None,
    path: str = EVENTS_PATH,
) -> dict[str, Any]:
    """Ask a trusted portal something now, outside any transaction. Raises Unavailable, SaidNo."""
    if not _carrier:
        raise Unavailable("exchange is not installed")
    return _carrier[0].ask(portal, type_, body, secret or {}, path)


def addresses() -> dict[str, str]:
    """Name and origin of the portals that can be told something."""
    return _carrier[0].addresses() if _carrier else {}


def carried_by(carrier: Carrier) -> None:
    """`exchange` says that it carries the messages."""
    _carrier[:] = [carrier]
