"""RFC 9700 2.1 and 4.1: no pattern, no normalising; what parsers read in two ways cannot be registered."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from eid_harness.relying_party import new_key
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st

from eid.clients import RegistrationRefused, redirection, register

GOOD = "https://portal.example/vneid/tro-ve"
TRICKS = [
    "https://portal.example/vneid/tro-ve/",
    "https://portal.example/vneid/tro-ve?",
    "https://portal.example/vneid/tro-ve?x=1",
    "https://portal.example/vneid/tro-ve#",
    "https://portal.example/vneid/tro-ve#x",
    "https://portal.example/vneid/../vneid/tro-ve",
    "https://portal.example/vneid/%74ro-ve",
    "https://portal.example:443/vneid/tro-ve",
    "https://PORTAL.example/vneid/tro-ve",
    "https://portal.example@evil.example/vneid/tro-ve",
    "https://evil.example/https://portal.example/vneid/tro-ve",
    "https://portal.example.evil.example/vneid/tro-ve",
    "https://portal.example\\@evil.example/vneid/tro-ve",
    "https://portal.example/vneid/tro-ve\t",
    " https://portal.example/vneid/tro-ve",
    "http://portal.example/vneid/tro-ve",
    "//portal.example/vneid/tro-ve",
    "javascript:alert(1)//portal.example/vneid/tro-ve",
    "https://portal.example/vneid/tro-ve\r\nSet-Cookie: a=b",
    "https://portal。example/vneid/tro-ve",
    "",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_but_the_registered_string_passes(trick: str) -> None:
    assert redirection.is_registered(GOOD, (GOOD,))
    assert not redirection.is_registered(trick, (GOOD,))


@given(st.text(max_size=80))
def test_equality_is_the_rule(text: str) -> None:
    assert redirection.is_registered(text, (GOOD,)) == (text == GOOD)
    redirection.fault_of(text)


@pytest.mark.parametrize(
    "uri",
    [
        "http://portal.example/cb",
        "https://user@portal.example/cb",
        "https://portal.example/cb#fragment",
        "https://portal.example\\evil/cb",
        "https://*.example/cb",
        "https://portal.example/a/../cb",
        "https://portal。example/cb",
        "javascript:alert(1)",
        "https:///cb",
        "https://portal.example:0/cb",
        "https://[::1/cb",
        "com.example.app:/cb",
        "https://portal.example/a b",
    ],
)
def test_what_parsers_read_in_two_ways_is_not_registered(uri: str) -> None:
    document = {
        "client_id": "x",
        "client_name": "x",
        "redirect_uris": [uri],
        "jwks": {"keys": [new_key().as_dict(private=False)]},
        "sector": "x",
        "system": "national",
        "scope": "openid",
    }
    with pytest.raises(RegistrationRefused):
        register(document)
    assert register(document | {"redirect_uris": [GOOD, "http://national.localhost:8603/cb"]})


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_never_followed(world: World, trick: str) -> None:
    """At PAR it is refused; at /authorize it ends on our own page with a stable code."""
    form, _ = world.national.parameters(redirect_uri=trick or world.national.redirect_uri + "x")
    assert world.national.push(**form).status_code == 400
    browser = world.browser()
    page = browser.get(f"/authorize?client_id=national&response_type=code&redirect_uri={quote(trick)}")
    assert browser.landed == ""
    assert page.status == 400
    assert page.error_code in {"EID_REDIRECT_URI", "EID_REQUEST_INVALID"}
