"""RFC 6761 section 6.3: names under .localhost are this machine; the Host header keeps the name."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from wire import loopback


class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "a=b; Path=/")
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def test_the_name_stays_in_the_host_header(port: int) -> None:
    with loopback.client() as http_client:
        assert http_client.get(f"http://eid.localhost:{port}/").text == f"eid.localhost:{port}"


async def test_the_same_for_asyncio(port: int) -> None:
    async with loopback.async_client() as http_client:
        assert (await http_client.get(f"http://eid.localhost:{port}/")).text == f"eid.localhost:{port}"


def test_a_cookie_belongs_to_the_name_and_not_to_the_address(port: int) -> None:
    with loopback.client() as http_client:
        http_client.get(f"http://eid.localhost:{port}/")
        sent = http_client.build_request("GET", f"http://eid.localhost:{port}/").headers.get("cookie")
        stranger = http_client.build_request("GET", f"http://national.localhost:{port}/").headers.get("cookie")
    assert (sent, stranger) == ("a=b", None)
