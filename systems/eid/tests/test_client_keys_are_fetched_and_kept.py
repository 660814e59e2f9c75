"""jwks_uri (RFC 7591 2, OpenID Connect Core 10.1.1): kept, asked again for an unknown kid, never hammered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from eid_harness.relying_party import new_key
from eid_harness.tls import Publisher

from eid.outbound import Allowed, KeysUnavailable, Outbound, RemoteKeys
from eid.outbound import remote_keys as module


@pytest.fixture
def server() -> Iterator[Publisher]:
    publisher = Publisher()
    yield publisher
    publisher.close()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def run(server: Publisher, story: Any) -> None:
    async def tell() -> None:
        outbound = Outbound(Allowed.read("client.localhost"), seconds=2)
        clock = Clock()
        try:
            await story(RemoteKeys(outbound, clock), clock, f"http://client.localhost:{server.port}/jwks")
        finally:
            await outbound.close()

    asyncio.run(tell())


def publish(server: Publisher, *kids: str) -> None:
    keys = [new_key().as_dict(private=False) | {"kid": kid} for kid in kids]
    server.publish("/jwks", json.dumps({"keys": keys}).encode())


def test_they_are_kept_and_an_unknown_kid_asks_again_but_not_often(server: Publisher) -> None:
    publish(server, "a")

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        assert [key["kid"] for key in await keys.get(uri, "a")] == ["a"]
        clock.now += module.LOOK_AGAIN + 1
        await keys.get(uri, "a")
        assert len(server.requests) == 1
        publish(server, "a", "b")
        assert [key["kid"] for key in await keys.get(uri, "b")] == ["a", "b"]
        for n in range(50):
            await keys.get(uri, f"made-up-{n}")
        assert len(server.requests) == 2
        clock.now += module.FRESH + 1
        await keys.get(uri)
        assert len(server.requests) == 3

    run(server, story)


def test_many_at_once_ask_once(server: Publisher) -> None:
    publish(server, "a")

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        await asyncio.gather(*(keys.get(uri, f"kid-{n}") for n in range(40)))
        assert len(server.requests) == 1

    run(server, story)


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"[]", b'{"keys": []}', b'{"keys": 1}', b"[" * 60_000, b'{"keys": [1]}', b'{"keys":[{"kid":"\xff"}]}',
     json.dumps({"keys": [{}] * (module.MAX_KEYS + 1)}).encode()],
)  # fmt: skip
def test_nonsense_replaces_nothing(server: Publisher, content: bytes) -> None:
    server.publish("/jwks", content)

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        with pytest.raises(KeysUnavailable):
            await keys.get(uri)
        publish(server, "a")
        clock.now += module.LOOK_AGAIN + 1
        assert len(await keys.get(uri)) == 1
        server.publish("/jwks", content)
        clock.now += module.FRESH + 1
        assert len(await keys.get(uri)) == 1

    run(server, story)


def test_an_address_that_is_away_lends_its_old_keys_for_a_day(server: Publisher) -> None:
    publish(server, "a")

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        await keys.get(uri)
        server.pages.clear()
        clock.now += module.STALE - 1
        assert len(await keys.get(uri)) == 1
        clock.now += 60
        with pytest.raises(KeysUnavailable):
            await keys.get(uri)

    run(server, story)


def test_a_published_secret_is_no_key(server: Publisher) -> None:
    document = {"keys": [new_key().as_dict(private=True), new_key().as_dict(private=False)]}
    server.publish("/jwks", json.dumps(document).encode())

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        got = await keys.get(uri)
        assert len(got) == 1
        assert "d" not in got[0]

    run(server, story)


def test_the_cache_is_bounded(server: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    publish(server, "a")

    async def story(keys: RemoteKeys, clock: Clock, uri: str) -> None:
        for n in range(10):
            server.pages[f"/jwks?{n}"] = server.pages["/jwks"]
            await keys.get(f"{uri}?{n}")
        assert len(keys._kept) == 3

    run(server, story)
