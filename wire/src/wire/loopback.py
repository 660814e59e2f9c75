"""HTTP clients whose names under `.localhost` lead to this machine (RFC 6761 section 6.3).

Browsers do this by themselves; Python's resolver does not. The Host header and the TLS server name stay as written,
only the connection goes to 127.0.0.1.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import Any

import httpx

LOOPBACK = "127.0.0.1"
TIMEOUT = httpx.Timeout(5.0, connect=2.0)


def _to_loopback(request: httpx.Request) -> httpx.Request:
    host = request.url.host
    if host == "localhost" or host.endswith(".localhost"):
        # A copy: cookies and redirects belong to the name, so the caller's request must keep it. The Host header was
        # set when the request was built and still carries the name.
        return httpx.Request(
            request.method,
            request.url.copy_with(host=LOOPBACK),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
    return request


def trust() -> ssl.SSLContext:
    """The default trust store, plus the private CA that `EXTRA_CA` names (a PEM file)."""
    context = ssl.create_default_context()
    extra = os.environ.get("EXTRA_CA")
    if extra:
        context.load_verify_locations(cafile=extra)
    return context


@lru_cache(maxsize=8)
def _read(extra: str | None, changed: float) -> ssl.SSLContext:
    return trust()


def shared_trust() -> ssl.SSLContext:
    """One context for all our clients: reading the trust store costs 20 ms of CPU, and a message has a client each."""
    extra = os.environ.get("EXTRA_CA")
    return _read(extra, os.stat(extra).st_mtime if extra else 0.0)


class LoopbackTransport(httpx.HTTPTransport):
    """httpx's transport, sending `*.localhost` to 127.0.0.1."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(_to_loopback(request))


class AsyncLoopbackTransport(httpx.AsyncHTTPTransport):
    """The same for asyncio."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await super().handle_async_request(_to_loopback(request))


def client(**options: Any) -> httpx.Client:
    """A client with bounded times, no redirects, no proxy from the environment."""
    settings: dict[str, Any] = {"timeout": TIMEOUT, "follow_redirects": False, "trust_env": False}
    return httpx.Client(transport=LoopbackTransport(verify=shared_trust()), **(settings | options))


def async_client(**options: Any) -> httpx.AsyncClient:
    """The same for asyncio."""
    settings: dict[str, Any] = {"timeout": TIMEOUT, "follow_redirects": False, "trust_env": False}
    return httpx.AsyncClient(transport=AsyncLoopbackTransport(verify=shared_trust()), **(settings | options))
