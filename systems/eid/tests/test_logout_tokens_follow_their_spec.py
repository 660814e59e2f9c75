"""Back-Channel Logout 1.0 2.4 and 2.5: what a logout token holds, and what it cannot pass for."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from eid_harness.world import World
from joserfc import jws


@pytest.fixture(scope="module")
def sent(world: World) -> tuple[dict[str, Any], dict[str, Any], str, tuple[str, dict[str, str], bytes]]:
    """The ID token's claims, the logout token's header, the token, and the request that brought it."""
    person, browser = world.person(), world.browser()
    answer = world.tokens(browser, person)
    before = len(world.logout.received)
    browser.get("/logout?" + str(httpx.QueryParams({"id_token_hint": answer["id_token"]})))
    deadline = time.monotonic() + 10
    while len(world.logout.received) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    request = world.logout.received[before]
    token = parse_qs(request[2].decode())["logout_token"][0]
    return answer["claims"], dict(jws.extract_compact(token.encode()).headers()), token, request


def test_it_holds_what_section_2_4_requires(world: World, sent: Any) -> None:
    claims, header, token, _ = sent
    payload = json.loads(jws.extract_compact(token.encode()).payload)
    assert header["typ"] == "logout+jwt"
    assert header["alg"] in {"ES256", "PS256", "RS256", "EdDSA"}
    assert (payload["iss"], payload["aud"]) == (world.eid.issuer, world.national.client_id)
    assert (payload["sub"], payload["sid"]) == (claims["sub"], claims["sid"])
    assert payload["iat"] < payload["exp"] <= payload["iat"] + 120
    assert len(payload["jti"]) >= 22
    assert payload["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in payload


def test_it_is_posted_as_a_form(sent: Any) -> None:
    _, headers, body = sent[3]
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["content-type"].startswith("application/x-www-form-urlencoded")
    assert set(parse_qs(body.decode())) == {"logout_token"}


def test_it_is_no_other_token(world: World, sent: Any) -> None:
    token = sent[2]
    assert world.national.userinfo(token).status_code == 401
    browser = world.browser()
    page = browser.get("/logout?" + str(httpx.QueryParams({"id_token_hint": token})))
    assert page.status == 400
