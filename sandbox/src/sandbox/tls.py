"""TLS in front of every system, as in life: one local CA, one proxy process, the caller's certificate in one header.

`./motcua up --tls` starts it; the tests of mutual TLS start it too. It ends TLS, removes every header that only a proxy
may send, and adds `Client-Cert` (RFC 9440) when the caller showed a certificate of a CA that it was given.
"""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import trustme
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wire import loopback

CLIENT_CERT = b"client-cert"
FROM_PROXIES_ONLY = (CLIENT_CERT, b"client-cert-chain", b"x-forwarded-for", b"x-forwarded-proto", b"forwarded")
HOP_BY_HOP = (b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Authority:
    """A CA of its own, kept in a folder: `ca.pem` to trust, `server.pem` (key and chain) to serve with."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"

    def ensure(self, names: list[str]) -> None:
        """Makes the CA and one certificate for all names, unless they are there."""
        if self.server.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ca = trustme.CA(organization_name="Một Cửa, local test CA")
        ca.cert_pem.write_to_path(str(self.certificate))
        chain = ca.issue_cert(*names, organization_name="Một Cửa, sandbox")
        with os.fdopen(os.open(self.server, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as sink:
            sink.write(chain.private_key_and_cert_chain_pem.bytes())


class _WithCertificate(HttpToolsProtocol):
    """uvicorn's protocol, telling the application the caller's certificate (DER), which uvicorn itself does not."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        inner = self.app

        async def with_certificate(scope: Scope, receive: Receive, send: Send) -> None:
            scope["client_certificate"] = shown
            await inner(scope, receive, send)

        self.app = with_certificate


@dataclass(frozen=True)
class Proxy:
    """Forwards each request to the address behind its port. An ASGI application."""

    routes: dict[int, str]
    http: httpx.AsyncClient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        url = self.routes[scope["server"][1]] + (scope["raw_path"] + query).decode("ascii")
        request = self.http.build_request(
            scope["method"], url, headers=forwarded(scope), content=_body(receive) if _has_body(scope) else None
        )
        try:
            answer = await self.http.send(request, stream=True)
        except httpx.HTTPError:
            await send({"type": "http.response.start", "status": 502, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"the system behind does not answer\n"})
            return
        kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in HOP_BY_HOP]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
        async for part in answer.aiter_raw():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await answer.aclose()
        await send({"type": "http.response.body", "body": b""})


def forwarded(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The caller's headers without what only a proxy may say, and what this proxy says (RFC 9440 2.2)."""
    dropped = (*FROM_PROXIES_ONLY, *HOP_BY_HOP)
    kept = [(name, value) for name, value in scope["headers"] if name.replace(b"_", b"-") not in dropped]
    kept += [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", str(scope["client"][0]).encode())]
    if shown := scope.get("client_certificate"):
        kept.append((CLIENT_CERT, b":" + base64.b64encode(shown) + b":"))
    return kept


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def serve(routes: dict[int, str], authority: Authority, client_ca: Path | None = None) -> None:
    """Listens on every port of `routes` on loopback, until told to end.

    `routes`: port to `http://127.0.0.1:PORT` behind. `client_ca`: PEM of the CAs (or self-signed certificates) whose
    client certificates are taken; without it none is asked for.
    """
    sockets = []
    for port in routes:
        listener = socket.create_server((loopback.LOOPBACK, port), backlog=256)
        listener.setblocking(False)
        sockets.append(listener)
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=200)) as http:
        settings = uvicorn.Config(
            Proxy(routes, http),
            http=_WithCertificate,
            ssl_certfile=authority.server,
            ssl_ca_certs=str(client_ca) if client_ca else None,
            ssl_cert_reqs=ssl.CERT_OPTIONAL if client_ca else ssl.CERT_NONE,
            lifespan="off",
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=5,
        )
        await uvicorn.Server(settings).serve(sockets)


def main(words: list[str]) -> int:
    """`python -m sandbox.tls FOLDER [--client-ca PEM] PORT=BEHIND_PORT …`."""
    folder, *rest = words
    client_ca = None
    if rest[:1] == ["--client-ca"]:
        client_ca, rest = Path(rest[1]), rest[2:]
    pairs = (word.split("=") for word in rest)
    routes = {int(port): f"http://{loopback.LOOPBACK}:{int(behind)}" for port, behind in pairs}
    asyncio.run(serve(routes, Authority(Path(folder)), client_ca))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
