"""Hostile requests at every endpoint of the running provider: never a 5xx, never a hang, no growth without bound.

`./motcua prove protocol` runs the same with large counts.
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import httpx
import psutil
import pytest
from eid_harness import hostile
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.protocol
SECONDS = 5.0
GROWTH = 60 * 2**20  # bytes that a worker may gain over a run: caches fill, they do not grow with what is sent
KIND = {"content-type": "application/x-www-form-urlencoded"}
# A request costs more than a parse: a quarter of the examples.
relaxed = settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def endpoints(world: World) -> list[str]:
    """Addresses of everything that discovery names, as paths."""
    metadata = world.national.http.get("/.well-known/openid-configuration").json()
    named = [value for name, value in metadata.items() if name.endswith(("_endpoint", "_uri"))]
    return sorted({httpx.URL(value).path for value in named} | {"/par", "/token", "/register-events", "/healthz"})


@pytest.fixture(scope="module", autouse=True)
def memory(world: World) -> Any:
    """The worker's resident memory after all of this, beside what it was after a warm-up."""
    for _ in range(50):
        world.national.http.post("/par", data={"x": "y"})
    process = psutil.Process(world.eid.processes[0].pid)
    before = process.memory_info().rss
    yield
    assert process.memory_info().rss - before < GROWTH


def expect_an_answer(world: World, method: str, path: str, **more: Any) -> httpx.Response:
    began = time.monotonic()
    got = world.national.http.request(method, path, **more)
    assert time.monotonic() - began < SECONDS, path
    assert got.status_code < 500, (method, path, got.status_code, got.text[:300])
    if got.headers.get("content-type", "").startswith("application/json") and got.status_code >= 400:
        assert got.json().get("error") or got.json().get("err")
    return got


@relaxed
@given(data=st.data())
def test_forms_at_every_endpoint(world: World, endpoints: list[str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(endpoints))
    right, _ = world.national.parameters()
    body = data.draw(hostile.forms(right | {"grant_type": "authorization_code", "client_id": "national"}))
    expect_an_answer(world, "POST", path, content=body, headers=KIND)


@relaxed
@given(data=st.data())
def test_queries_at_every_endpoint(world: World, endpoints: list[str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(endpoints))
    right = world.national.parameters()[0] | {"client_id": "national"}
    query = data.draw(hostile.forms(right)).decode("latin-1")
    safe = "".join(character for character in query if 33 <= ord(character) < 127 and character != "#")[:6000]
    method = data.draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]))
    expect_an_answer(world, method, f"{path}?{safe}")


@relaxed
@given(data=st.data())
def test_what_an_authenticated_client_sends(world: World, data: st.DataObject) -> None:
    """Behind the client's proof: every value of a pushed request and of a token request."""
    rp = world.national
    path = data.draw(st.sampled_from(["/par", "/token", "/introspect", "/revoke"]))
    right = rp.parameters()[0] if path == "/par" else {"grant_type": "authorization_code", "code": "x", "token": "x"}
    more = {name: data.draw(hostile.TEXTS) for name in data.draw(st.lists(st.sampled_from(hostile.NAMES), max_size=3))}
    for name in ("claims", "authorization_details"):
        if data.draw(st.integers(0, 3)) == 0:
            more[name] = data.draw(hostile.CLAIMS_JSON.map(lambda value: str(value).replace("'", '"')))
    proof = rp.authenticated()
    form = {name: value.encode("utf-8", "surrogatepass") for name, value in (right | more | proof).items()}
    got = expect_an_answer(world, "POST", path, data=form)
    if path == "/par" and got.status_code == 201:
        query = {"client_id": rp.client_id, "request_uri": got.json()["request_uri"]}
        expect_an_answer(world, "GET", "/authorize", params=query)


@relaxed
@given(data=st.data())
def test_tokens_and_headers(world: World, data: st.DataObject) -> None:
    claims = {
        "iss": world.eid.issuer,
        "sub": "national",
        "aud": world.eid.issuer,
        "exp": int(time.time()) + 60,
        "jti": "j",
    }
    token = data.draw(hostile.tokens(world.national, claims))
    value = data.draw(hostile.AUTHORIZATION | st.just(f"Bearer {token}") | st.just(f"DPoP {token}"))
    ascii_value = value.encode("ascii", "replace").decode().strip() or "x"
    headers = {"authorization": ascii_value, "dpop": token.encode("ascii", "replace").decode().strip() or "x"}
    try:
        expect_an_answer(world, "GET", "/userinfo", headers=headers)
        expect_an_answer(
            world, "POST", "/token", data={"grant_type": "authorization_code", "code": "x"}, headers=headers
        )
    except httpx.LocalProtocolError:
        return  # our own client would not send it
    assertion = {"client_assertion_type": hostile.ASSERTION, "client_assertion": token}
    expect_an_answer(world, "POST", "/par", data=assertion | {"request": token})
    expect_an_answer(world, "GET", "/logout", params={"id_token_hint": token.encode("utf-8", "surrogatepass")[:6000]})


@relaxed
@given(
    st.binary(max_size=300) | hostile.documents(hostile.JSON),
    st.sampled_from(
        ["application/json", "application/secevent+jwt", "text/plain", "multipart/form-data", "", "x" * 99]
    ),
)
def test_bodies_of_another_kind(world: World, raw: bytes, kind: str) -> None:
    for path in ("/par", "/token", "/register-events", "/userinfo", "/authorize"):
        expect_an_answer(world, "POST", path, content=raw, headers={"content-type": kind} if kind else {})


@pytest.fixture(scope="module")
def receiving(world: World) -> tuple[RelyingParty, str]:
    """A receiver of signals, and its token."""
    rp = RelyingParty(
        world.eid.issuer,
        "hostile-receiver",
        "http://receiver.localhost:9000/cb",
        "hostile-receiver",
        more={"grant_types": ["client_credentials"], "redirect_uris": [], "scope": "ssf.read ssf.manage",
              "profile": "oidc"},
    )  # fmt: skip
    world.eid.register(rp.metadata())
    answer = rp.token("client_credentials", scope="ssf.read ssf.manage")
    assert answer.status_code == 200, answer.text
    return rp, str(answer.json()["access_token"])


@relaxed
@given(data=st.data())
def test_bodies_of_a_receiver_of_signals(
    world: World, receiving: tuple[RelyingParty, str], data: st.DataObject
) -> None:
    """Behind its token: streams, subjects, status, verification, poll."""
    rp, token = receiving
    path = data.draw(st.sampled_from(["streams", "status", "subjects/add", "subjects/remove", "verify", "poll"]))
    method = data.draw(st.sampled_from(["POST", "PATCH", "PUT"])) if path == "streams" else "POST"
    names = ["stream_id", "status", "reason", "subject", "verified", "state", "maxEvents", "ack", "setErrs", "delivery",
             "events_requested", "description"]  # fmt: skip
    document = data.draw(st.dictionaries(st.sampled_from(names), hostile.JSON, max_size=4) | hostile.JSON)
    if path == "poll" and isinstance(document, dict):
        document["returnImmediately"] = True
    body = data.draw(hostile.documents(st.just(document)) | st.binary(max_size=60))
    headers = rp.use_headers(token, f"/ssf/{path}", method) | {"content-type": "application/json"}
    expect_an_answer(world, method, f"/ssf/{path}", content=body, headers=headers)


def test_a_text_that_the_database_cannot_hold_is_the_callers_fault(
    world: World, receiving: tuple[RelyingParty, str]
) -> None:
    """U+0000 (%00) in every place that reaches a statement: the fuzzers found the first of them."""
    rp, form = world.national, {"grant_type": "authorization_code", "code": "x"}
    for pair in (b"%00:x", b"a%00b:x", b"national:%00"):
        basic = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
        assert expect_an_answer(world, "POST", "/token", data=form, headers=basic).json()["error"] == "invalid_client"
    for claims in ({"sub": "\0"}, {"jti": "\0"}):
        shown = {"client_assertion_type": hostile.ASSERTION, "client_assertion": rp.assertion(**claims)}
        assert expect_an_answer(world, "POST", "/token", data=form | shown).json()["error"] == "invalid_client"
    asked = rp.parameters()[0] | {"authorization_details": json.dumps([{"type": "vn_dossier_act", "note": "\0"}])}
    expect_an_answer(world, "POST", "/par", data=rp.authenticated(**asked))
    told = json.dumps({"userinfo": {"sub": {"value": "\0"}}, "id_token": {"acr": {"values": ["\0"]}}})
    expect_an_answer(world, "POST", "/par", data=rp.authenticated(**rp.parameters()[0] | {"claims": told}))
    receiver, token = receiving
    for path, document in (
        ("streams", {"description": "\0"}),
        ("streams", {"delivery": {"method": "urn:ietf:rfc:8936"}, "description": "\0"}),
        ("status", {"stream_id": "\0", "status": "paused", "reason": "\0"}),
        ("poll", {"ack": ["\0"], "returnImmediately": True}),
        ("verify", {"stream_id": "\0", "state": "\0"}),
    ):
        headers = receiver.use_headers(token, f"/ssf/{path}", "POST") | {"content-type": "application/json"}
        expect_an_answer(world, "POST", f"/ssf/{path}", content=json.dumps(document).encode(), headers=headers)


@relaxed
@given(
    st.lists(st.sampled_from(["vi", "en", "xx-YY", "zh-Hant-TW", "*", "🏴", "a" * 300, "-", ",", ";q=9"]), max_size=20)
)
def test_languages(world: World, tags: list[str]) -> None:
    header = ",".join(tags).encode("ascii", "ignore").decode()
    browser = world.browser(header.strip() or "en")
    page = browser.get("/authorize?client_id=nobody&ui_locales=" + "%20".join(tags).replace("🏴", "%F0%9F%8F%B4"))
    assert page.status == 400
    assert page.soup.html is not None
    assert page.soup.html.get("lang") in {"vi", "en"}
