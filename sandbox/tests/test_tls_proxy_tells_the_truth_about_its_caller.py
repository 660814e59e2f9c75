"""The proxy of `up --tls`: a certificate that was shown arrives in one header, a forged header never does."""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from sandbox.tls import Authority


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        said = json.dumps([self.path, len(body), [(n.lower(), v) for n, v in self.headers.items()]]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Front:
    url: str
    authority: Authority
    client: trustme.LeafCert
    clients_ca: trustme.CA

    def context(self, certificate: Path | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        if certificate:
            context.load_cert_chain(certificate)
        return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("tls")
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    authority, clients, port = Authority(folder / "ours"), trustme.CA(), free_port()
    authority.ensure(["localhost"])
    clients.cert_pem.write_to_path(str(folder / "clients.pem"))
    words = [sys.executable, "-m", "sandbox.tls", str(authority.folder), "--client-ca", str(folder / "clients.pem")]
    child = subprocess.Popen([*words, f"{port}={echo.server_address[1]}"])
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield Front(f"https://localhost:{port}", authority, clients.issue_cert("client.example"), clients)
    child.terminate()
    assert child.wait(10) is not None
    echo.shutdown()


def ask(
    front: Front, path: str = "/", certificate: Path | None = None, **more: Any
) -> tuple[str, int, list[list[str]]]:
    with httpx.Client(verify=front.context(certificate), trust_env=False) as http:
        answer = http.post(front.url + path, **more)
        assert answer.status_code == 200
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
        path, size, headers = answer.json()
        return path, size, headers


def test_a_shown_certificate_arrives_as_rfc_9440_says(front: Front, tmp_path: Path) -> None:
    front.client.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))
    _, _, headers = ask(front, certificate=tmp_path / "client.pem")
    arrived = [value for name, value in headers if name == "client-cert"]
    der = ssl.PEM_cert_to_DER_cert(front.client.cert_chain_pems[0].bytes().decode())
    assert arrived == [f":{base64.b64encode(der).decode()}:"]


@pytest.mark.parametrize("name", ["Client-Cert", "client_cert", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"])
def test_a_forged_header_never_arrives(front: Front, name: str) -> None:
    _, _, headers = ask(front, headers={name: "forged"})
    assert "forged" not in [value for _, value in headers]
    assert [value for key, value in headers if key == "x-forwarded-proto"] == ["https"]


def test_a_certificate_of_a_stranger_ends_the_connection(front: Front, tmp_path: Path) -> None:
    trustme.CA().issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "other.pem"))
    with pytest.raises(httpx.TransportError):
        ask(front, certificate=tmp_path / "other.pem")


def test_paths_queries_and_large_bodies_pass_unchanged(front: Front) -> None:
    path, size, _ = ask(front, "/a%2Fb/%C4%91?x=1&y=%20", content=os.urandom(3_000_000))
    assert (path, size) == ("/a%2Fb/%C4%91?x=1&y=%20", 3_000_000)
