"""Keys that a client publishes at its jwks_uri: kept a while, asked again for a kid that is not among them.

OpenID Connect Core 10.1.1: a signer rotates by publishing a new key and using its kid. Whoever sends made-up kids
must not make us a hammer, so one address is asked at most every LOOK_AGAIN seconds, whatever the reason.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

import msgspec

from eid.outbound.addresses import CallForbidden
from eid.outbound.client import CallFailed, Outbound

FRESH: Final = 600.0
LOOK_AGAIN: Final = 30.0
STALE: Final = 24 * 3600.0  # a client whose address is away goes on with the keys that it had
MAX_KEPT: Final = 1000
MAX_KEYS: Final = 32
_SECRET: Final = frozenset(("d", "k", "p", "q", "dp", "dq", "qi", "oth"))

Jwk = dict[str, Any]


class KeysUnavailable(Exception):
    """The client's keys cannot be had now, and none are kept. Not a verdict on what they would verify."""


class _Document(msgspec.Struct):
    keys: list[Jwk]


class _Kept:
    """What one address said last. Times are of the monotonic clock."""

    def __init__(self) -> None:
        self.keys: tuple[Jwk, ...] = ()
        self.got_at = float("-inf")
        self.asked_at = float("-inf")
        self.asking = asyncio.Lock()


class RemoteKeys:
    """A bounded cache of JWK Sets by address; one per process."""

    def __init__(self, outbound: Outbound, clock: Callable[[], float] = time.monotonic) -> None:
        self._outbound = outbound
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def get(self, jwks_uri: str, kid: str | None = None) -> tuple[Jwk, ...]:
        """Public JWKs of this address; asked again when old, or when `kid` is not among them.

        Raises KeysUnavailable when it never answered, or not for a day.
        """
        kept = self._kept.setdefault(jwks_uri, _Kept())
        self._kept.move_to_end(jwks_uri)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        if not self._suffices(kept, kid):
            async with kept.asking:  # whoever waited finds the answer of the first
                if not self._suffices(kept, kid):
                    await self._ask(jwks_uri, kept)
        if self._clock() - kept.got_at > STALE:
            raise KeysUnavailable("the jwks_uri does not answer")
        return kept.keys

    def _suffices(self, kept: _Kept, kid: str | None) -> bool:
        now = self._clock()
        # guard: eid-jwks-uri-is-not-hammered
        if now - kept.asked_at < LOOK_AGAIN:
            return True
        return now - kept.got_at < FRESH and (kid is None or any(key.get("kid") == kid for key in kept.keys))

    async def _ask(self, jwks_uri: str, kept: _Kept) -> None:
        try:
            answer = await self._outbound.get(jwks_uri, accept="application/jwk-set+json, application/json")
            keys = read(answer.body) if answer.status == 200 else None
        except (CallForbidden, CallFailed):
            keys = None
        kept.asked_at = self._clock()  # only now: whoever comes meanwhile waits for this answer
        if keys is not None:
            kept.keys, kept.got_at = keys, kept.asked_at


def read(body: bytes) -> tuple[Jwk, ...] | None:
    """The keys of a JWK Set (RFC 7517 5); None for what is none, or holds none or too many."""
    try:
        document = msgspec.json.decode(body, type=_Document)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if not 0 < len(document.keys) <= MAX_KEYS:
        return None
    # A key whose secret half is published proves nothing (RFC 7517 9.2).
    return tuple(key for key in document.keys if not _SECRET & set(key))
