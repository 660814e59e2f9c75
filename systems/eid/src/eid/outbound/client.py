"""One guarded HTTP client: no redirects, no proxy, no cookies, one deadline for the whole call, a bounded answer.

The address is judged where it counts: the name is looked up once, every address behind it is judged, and the
connection goes to an address that was judged, so a name that answers differently a moment later (DNS rebinding)
gains nothing. TLS still proves the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import httpcore

from eid.clients.redirection import is_loopback
from eid.outbound.addresses import Allowed, CallForbidden, Target, is_public, target
from wire.loopback import LOOPBACK, trust

SECONDS: Final = 5.0
MAX_BODY: Final = 64 * 1024
_ADDRESSES_TRIED: Final = 2
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class CallFailed(Exception):
    """No usable answer: away, too slow, too long, or not proven by TLS."""


class Answer(NamedTuple):
    """A whole answer. `content_type` is the media type in lower case, without parameters."""

    status: int
    content_type: str
    body: bytes

    @property
    def is_taken(self) -> bool:
        """A 2xx. A redirect is an answer like any other: nobody follows it."""
        return 200 <= self.status < 300


class Outbound:
    """One per process. `allowed` comes from `EID_OUTBOUND_ALLOW`."""

    def __init__(self, allowed: Allowed, *, seconds: float = SECONDS, resolve: Resolve | None = None) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_context(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=15,
            network_backend=_JudgedNetwork(allowed, resolve or _look_up),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    def judge(self, url: str) -> Target:
        """Raises CallForbidden for a URL that would never be called; no name is looked up."""
        return target(url, self._allowed)

    async def get(self, url: str, *, accept: str = "application/json", max_body: int = MAX_BODY) -> Answer:
        """GET. Raises CallForbidden, CallFailed."""
        return await self._call("GET", url, {"accept": accept}, b"", max_body)

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str,
        accept: str = "application/json",
        authorization: str | None = None,
        max_body: int = MAX_BODY,
    ) -> Answer:
        """POST. `authorization` is the whole header value. Raises CallForbidden, CallFailed."""
        headers = {"accept": accept, "content-type": content_type, "content-length": str(len(body))}
        if authorization is not None:
            headers["authorization"] = authorization
        return await self._call("POST", url, headers, body, max_body)

    async def _call(self, method: str, url: str, headers: dict[str, str], body: bytes, max_body: int) -> Answer:
        to = self.judge(url)
        shown = to.host if to.port == {"https": 443, "http": 80}[to.scheme] else f"{to.host}:{to.port}"
        # Unpacked by nobody: a small answer may not become a large one here.
        headers = {"host": shown, "user-agent": "eid", "accept-encoding": "identity"} | headers
        address = httpcore.URL(
            scheme=to.scheme.encode(), host=to.host.strip("[]").encode(), port=to.port, target=to.path.encode()
        )
        try:
            # guard: eid-outbound-deadline
            async with asyncio.timeout(self._seconds):
                return await self._send(method, address, headers, body, max_body)
        except TimeoutError:
            raise CallFailed("no answer in time") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise CallFailed(type(error).__name__) from None

    async def _send(
        self, method: str, address: httpcore.URL, headers: dict[str, str], body: bytes, max_body: int
    ) -> Answer:
        given = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        async with self._pool.stream(method, address, headers=given, content=body) as response:
            said = {name.lower(): value for name, value in response.headers}
            chunks, size = [], 0
            async for chunk in response.aiter_stream():
                size += len(chunk)
                # guard: eid-outbound-size
                if size > max_body:
                    raise CallFailed("the answer is too long")
                chunks.append(chunk)
        if said.get(b"content-encoding", b"identity").lower() != b"identity":
            raise CallFailed("the answer is packed")
        content_type = said.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        return Answer(response.status, content_type, b"".join(chunks))


class _JudgedNetwork(httpcore.AsyncNetworkBackend):
    """Looks a name up once, judges what it leads to, and connects to exactly that."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        last: Exception = CallFailed("the name leads nowhere")
        for address in (await self._judged(host, port))[:_ADDRESSES_TRIED]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    async def _judged(self, host: str, port: int) -> Sequence[str]:
        named = f"[{host}]" if ":" in host else host
        if self._allowed.names(named, port):
            return [LOOPBACK] if is_loopback(host) else await self._resolve(host, port)
        addresses = await self._resolve(host, port)
        # guard: eid-outbound-private-address
        if not all(is_public(address) for address in addresses):
            raise CallForbidden("the name leads to an address that is not public")
        return addresses


async def _look_up(host: str, port: int) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallFailed("the name leads nowhere") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _context() -> ssl.SSLContext:
    context = trust()
    context.set_alpn_protocols(["http/1.1"])
    return context
