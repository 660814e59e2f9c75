"""OpenID Connect Front-Channel Logout 1.0: the browser calls, in frames, each client that took part in the session."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid
from eid_harness.servers import Gateway
from eid_harness.world import World, made_up, numbers

from eid.clients import RegistrationRefused
from eid.clients import register as judge

FRAMED = {"frontchannel_logout_uri": "http://national.localhost:8603/framed?x=1"}


@pytest.fixture(scope="module")
def framed(new_eid: Callable[..., RunningEid], gateway: Gateway, register: Register) -> World:
    """Two clients, of which the first wants to be called in a frame."""
    eid = new_eid(register.origin)
    national = RelyingParty(eid.issuer, "national", "http://national.localhost:8603/cb", "national", more=dict(FRAMED))
    province = RelyingParty(eid.issuer, "quangtri", "http://quangtri.localhost:8604/cb", "quangtri")
    eid.register(national.metadata(), province.metadata())
    eid.start()
    return World(eid, gateway, register, national, province, None, numbers(400_000))  # type: ignore[arg-type]


def test_discovery_says_so(framed: World) -> None:
    said = framed.national.http.get("/.well-known/openid-configuration").json()
    assert said["frontchannel_logout_supported"] is True
    assert said["frontchannel_logout_session_supported"] is True


def test_frames_lead_to_who_took_part_and_nowhere_else(framed: World) -> None:
    person, browser = made_up(400_001), framed.browser()
    framed.eid.import_people(person.line())
    got = framed.tokens(browser, person)
    framed.tokens(browser, person, framed.province)
    home = framed.national.metadata()["post_logout_redirect_uris"][0]
    query = {"id_token_hint": got["id_token"], "post_logout_redirect_uri": home, "state": "s&1"}
    page = browser.get(f"/logout?{urlencode(query)}")
    frames = [frame["src"] for frame in page.soup.find_all("iframe")]
    assert len(frames) == 1
    parts = urlsplit(frames[0])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://national.localhost:8603/framed"
    assert parse_qs(parts.query) == {"x": ["1"], "iss": [framed.eid.issuer], "sid": [got["claims"]["sid"]]}
    policy = dict(
        part.strip().partition(" ")[::2] for part in page.response.headers["content-security-policy"].split(";")
    )
    assert policy["frame-src"] == "http://national.localhost:8603"
    assert policy["default-src"] == "'none'"
    onward = f"{home}?state=s%261"
    assert page.response.headers["refresh"] == f"3; url={onward}"
    assert page.soup.find(id="logout-continue")["href"] == onward  # type: ignore[index]
    assert "__Host-eid_session" not in browser.cookies
    assert browser.get("/account").has("login-submit")


def test_without_such_a_client_the_browser_goes_straight_on(framed: World) -> None:
    person, browser = made_up(400_002), framed.browser()
    framed.eid.import_people(person.line())
    got = framed.tokens(browser, person, framed.province)
    home = framed.province.metadata()["post_logout_redirect_uris"][0]
    browser.get(f"/logout?{urlencode({'id_token_hint': got['id_token'], 'post_logout_redirect_uri': home})}")
    assert browser.landed == home


def test_the_question_leads_to_the_frames_too(framed: World) -> None:
    person, browser = made_up(400_003), framed.browser()
    framed.eid.import_people(person.line())
    framed.tokens(browser, person)
    browser.get("/logout?logout_hint=somebody&ui_locales=en")
    browser.submit("logout-confirm")
    assert browser.page is not None
    assert len(browser.page.soup.find_all("iframe")) == 1
    assert browser.page.soup.find(id="logout-continue")["href"] == "/logout/done"  # type: ignore[index]


@pytest.mark.parametrize(
    "uri",
    [
        "https://other.example/framed",
        "http://national.localhost:8604/framed",
        "https://national.localhost:8603/framed",
        "javascript:alert(1)",
    ],
)
def test_a_frame_of_another_origin_is_not_registered(uri: str) -> None:
    metadata = RelyingParty("http://e.localhost", "n", "http://national.localhost:8603/cb", "n").metadata()
    judge(metadata | FRAMED)
    with pytest.raises(RegistrationRefused):
        judge(metadata | {"frontchannel_logout_uri": uri})
