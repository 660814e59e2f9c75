"""Server-side request forgery: whatever address a client registers or sends, we call nothing inside our own walls."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest
from eid_harness.tls import PrivateCA, Publisher
from hypothesis import given
from hypothesis import strategies as st

from eid import outbound as package
from eid.outbound import Allowed, AllowedRefused, Answer, CallFailed, CallForbidden, Outbound
from eid.outbound.addresses import is_public, target

NOBODY = Allowed()


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> PrivateCA:
    return PrivateCA(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def https(ca: PrivateCA, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("EXTRA_CA", str(ca.path))
    server = Publisher(ca.serving("client.localhost", "public.example"))
    server.publish("/keys", b'{"keys": []}', content_type="application/json; charset=utf-8")
    yield server
    server.close()


def call(url: str, allow: str = "", *, resolve: Any = None, seconds: float = 3.0, **more: Any) -> Answer:
    async def run() -> Answer:
        client = Outbound(Allowed.read(allow), seconds=seconds, resolve=resolve)
        try:
            return await client.get(url, **more)
        finally:
            await client.close()

    return asyncio.run(run())


def test_an_allowed_place_is_called_over_tls_that_proves_its_name(https: Publisher) -> None:
    answer = call(f"https://client.localhost:{https.port}/keys", f"client.localhost:{https.port}")
    assert answer == Answer(200, "application/json", b'{"keys": []}')
    assert https.requests[0][2]["host"] == f"client.localhost:{https.port}"


def test_tls_that_proves_another_name_or_another_ca_is_refused(
    https: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CallFailed):
        call(f"https://other.localhost:{https.port}/keys", "other.localhost")
    monkeypatch.delenv("EXTRA_CA")
    with pytest.raises(CallFailed):
        call(f"https://client.localhost:{https.port}/keys", "client.localhost")
    assert https.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "localhost",
        "localhost.",
        "client.localhost",
    ],
)
def test_no_spelling_of_this_machine_is_called(https: Publisher, host: str) -> None:
    with pytest.raises((CallForbidden, CallFailed)):
        call(f"https://{host}:{https.port}/keys")
    assert (https.connections, https.requests) == (0, [])


@pytest.mark.parametrize("there", ["https://client.localhost:{0}/keys", "https://127.0.0.1:{0}/", "/keys"])
def test_a_redirect_is_an_answer_and_nobody_follows_it(https: Publisher, there: str) -> None:
    https.publish("/away", b"", status=302, location=there.format(https.port))
    answer = call(f"https://client.localhost:{https.port}/away", "client.localhost")
    assert (answer.status, answer.is_taken) == (302, False)
    assert [path for _, path, _, _ in https.requests] == ["/away"]


def test_a_name_that_changes_its_mind_gains_nothing(https: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first look-up is public, the second would be ours; there is no second."""
    looked_up, connected = [], []

    async def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["93.184.215.14"] if len(looked_up) == 1 else ["127.0.0.1"]

    async def connect(self: Any, host: str, *_: Any, **__: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(CallFailed):
        call("https://public.example/keys", resolve=rebinding)
    assert (looked_up, connected) == (["public.example"], ["93.184.215.14"])


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "10.0.0.7"], ["fe80::1"], ["::ffff:10.0.0.1"]])
def test_a_public_name_that_leads_inside_is_not_called(https: Publisher, answers: list[str]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return answers

    with pytest.raises(CallForbidden):
        call(f"https://public.example:{https.port}/keys", resolve=resolve)
    assert https.connections == 0


def test_http_is_only_for_named_loopback(https: Publisher) -> None:
    plain = Publisher()
    plain.publish("/keys", b"{}")
    try:
        assert call(f"http://client.localhost:{plain.port}/keys", "client.localhost").status == 200
        for allow in ("", f"client.localhost:{plain.port + 1}", "partner.example"):
            with pytest.raises(CallForbidden):
                call(f"http://client.localhost:{plain.port}/keys", allow)
        with pytest.raises(CallForbidden):
            call("http://partner.example/keys", "partner.example")
        assert len(plain.requests) == 1
    finally:
        plain.close()


def test_an_answer_is_bounded_in_size_and_in_time(https: Publisher) -> None:
    address, allow = f"https://client.localhost:{https.port}", "client.localhost"
    https.publish("/long", b"x" * 70_000)
    with pytest.raises(CallFailed, match="too long"):
        call(f"{address}/long", allow)
    assert call(f"{address}/long", allow, max_body=80_000).status == 200
    https.publish("/packed", b"x", content_encoding="gzip")
    with pytest.raises(CallFailed, match="packed"):
        call(f"{address}/packed", allow)
    https.publish("/slow", b"x" * 100)
    https.slow = 0.2
    began = time.monotonic()
    with pytest.raises(CallFailed, match="in time"):
        call(f"{address}/slow", allow, seconds=0.8)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        "ftp://public.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "https://user@public.example/",
        "https://public.example@127.0.0.1/",
        "https://public.example\\@127.0.0.1/",
        "https://public.example#@127.0.0.1/",
        "https://public.example:0/",
        "https://public.example:99999/",
        "https://public.example/\r\nX-Injected: 1",
        "https://public.example/ path",
        "https://pub\u2025lic.example/",
        "https://127.0.0.1%2f@public.example/",
        "https:///keys",
        "//public.example/keys",
        "https://" + "a" * 2000 + ".example/",
        "",
    ],
)
def test_an_address_that_reads_in_two_ways_is_malformed(url: str) -> None:
    with pytest.raises(CallForbidden):
        target(url, NOBODY)


@given(st.text(max_size=60), st.text(max_size=20))
def test_judging_an_address_never_fails_otherwise(text: str, host: str) -> None:
    for url in (text, f"https://{host}{text}", f"https://[{text}]/"):
        try:
            judged = target(url, NOBODY)
        except CallForbidden:
            continue
        assert judged.scheme == "https"
        assert not judged.trusted
        assert "@" not in judged.host


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32",
        "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ],
)  # fmt: skip
def test_special_networks_are_not_public(network: str) -> None:
    """IANA's special-purpose registries (RFC 6890), and what carries IPv4 inside IPv6."""
    inside = ipaddress.ip_network(network)

    @given(st.integers(0, inside.num_addresses - 1))
    def judge(offset: int) -> None:
        assert not is_public(str(inside[offset]))

    judge()
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert not is_public("not an address")


def test_the_list_of_allowed_places_is_read_strictly() -> None:
    allowed = Allowed.read(" Client.localhost , [::1]:8443,10.0.0.1:443")
    assert allowed.names("client.localhost", 1)
    assert allowed.names("[::1]", 8443)
    assert not allowed.names("[::1]", 443)
    for wrong in ("https://client.localhost", "a b", "client.localhost:0", "client.localhost:70000", "*"):
        with pytest.raises(AllowedRefused):
            Allowed.read(wrong)


def test_every_outgoing_call_goes_through_it() -> None:
    """Only the modules that call our own settings' addresses may hold another HTTP client."""
    source = Path(package.__file__).parents[1]
    own: Callable[[Path], str] = lambda path: path.relative_to(source).as_posix()  # noqa: E731
    callers = {
        own(path)
        for path in source.rglob("*.py")
        if any(word in path.read_text() for word in ("import httpx", "import httpcore", "import loopback", "urlopen"))
    }
    assert callers == {"outbound/client.py", "population_client.py"}
