"""The table of checks (grants/checks.py): each wrong, at each place by which a request comes, is refused there or not.

What is expected stands here a second time, on purpose, in the words of the specs: a flipped cell is a hole.
"""

from __future__ import annotations

from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty

from eid.clients import Client, register
from eid.grants import checks, request_checks
from eid.oidc import grant_types
from eid.oidc.errors import OAuthError

PLACES = ("par", "direct", "object", "pushed", "device", "ciba")
BROWSER = {"par", "direct", "object"}
ALL = set(PLACES)
ASKED = BROWSER | {"device", "ciba"}
RP = RelyingParty(
    "https://eid.example",
    "simple",
    "https://portal.example/cb",
    "portal",
    more={
        "profile": "oidc",
        "scope": "openid phone",
        "resources": ["https://api.example/"],
        "authorization_details_types": ["vn_document_signature"],
        "grant_types": ["authorization_code"],
    },
)
SIMPLE = register(RP.metadata())
STRICT = register(RP.metadata() | {"profile": "fapi2"})
NO_CODES = register(RP.metadata() | {"grant_types": [grant_types.CLIENT_CREDENTIALS]})
OURS = "urn:ietf:params:oauth:request_uri:" + "A" * 43
DETAIL = '[{"type":"vn_document_signature","document_name":"a","sha256":"b"}]'

# parameter, wrong value (None: left out), error, places that refuse it
WRONG: list[tuple[str, Any, str, set[str]]] = [
    ("client_id", "another", "invalid_request", ALL),
    ("client_id", None, "invalid_request", ALL),
    ("request_uri", "https://evil.example/", "invalid_request_uri", {"pushed"}),
    ("request_uri", OURS + "A", "invalid_request_uri", {"pushed"}),
    ("request_uri", OURS, "invalid_request", {"par", "object", "device", "ciba"}),
    ("redirect_uri", None, "invalid_request", BROWSER),
    ("redirect_uri", "https://portal.example/cb/", "invalid_request", BROWSER),
    ("request", "a.b.c", "request_not_supported", ASKED),
    ("registration", "{}", "registration_not_supported", BROWSER),
    ("login_hint", "045185000123", "invalid_request", {"direct", "object"}),
    ("response_type", None, "invalid_request", BROWSER),
    ("response_type", "token", "unsupported_response_type", BROWSER),
    ("response_mode", "unheard-of", "invalid_request", BROWSER),
    ("scope", None, "invalid_scope", ASKED),
    ("scope", "phone", "invalid_scope", ASKED),
    ("scope", "openid email", "invalid_scope", ASKED),
    ("code_challenge_method", "plain", "invalid_request", BROWSER),
    ("code_challenge_method", None, "invalid_request", BROWSER),
    ("code_challenge", "A" * 42, "invalid_request", BROWSER),
    ("dpop_jkt", "A" * 42, "invalid_request", BROWSER),
    ("state", "s" * (request_checks.MAX_STATE + 1), "invalid_request", BROWSER),
    ("nonce", "n" * (request_checks.MAX_NONCE + 1), "invalid_request", BROWSER),
    ("prompt", "none login", "invalid_request", BROWSER),
    ("prompt", "unheard-of", "invalid_request", BROWSER),
    ("max_age", "-1", "invalid_request", BROWSER),
    ("max_age", "1" * 10, "invalid_request", BROWSER),
    ("claims", "{", "invalid_request", {*BROWSER, "ciba"}),
    ("resource", "https://other.example/", "invalid_target", ASKED),
    ("resource", "not an address", "invalid_target", ASKED),
    ("authorization_details", "[]", "invalid_authorization_details", ASKED),
    ("authorization_details", '[{"type":"vn_dossier_act"}]', "invalid_authorization_details", ASKED),
]
# what is right, and long or odd enough to be near the line
RIGHT: list[tuple[str, str]] = [
    ("state", "s" * 1024),
    ("nonce", "n" * 512),
    ("max_age", "1" * 9),
    ("max_age", "0"),
    ("prompt", "login consent"),
    ("prompt", "create"),
    ("claims", '{"userinfo":{"a":null}}'),
    ("resource", "https://api.example/"),
    ("authorization_details", DETAIL),
    ("dpop_jkt", "A" * 43),
    ("response_mode", "query"),
    ("scope", "openid phone unheard-of"),
    ("unheard_of", "x"),
]


def right(place: str) -> dict[str, str]:
    if place == "pushed":
        return {"client_id": "simple", "request_uri": OURS}
    if place in {"device", "ciba"}:
        return {"client_id": "simple", "scope": "openid phone"}
    return RP.parameters()[0] | {"client_id": "simple"}


def verdict(place: Any, client: Client, params: dict[str, str]) -> str:
    try:
        checks.check(place, client, params)
    except OAuthError as error:
        return error.code
    return "taken"


@pytest.mark.parametrize("place", PLACES)
def test_a_right_request_is_taken_everywhere(place: str) -> None:
    assert verdict(place, SIMPLE, right(place)) == "taken"


@pytest.mark.parametrize(("name", "value", "code", "places"), WRONG, ids=lambda value: str(value)[:24])
def test_a_wrong_is_refused_where_it_counts_and_nowhere_else(
    name: str, value: Any, code: str, places: set[str]
) -> None:
    for place in PLACES:
        params: dict[str, Any] = right(place) | {name: value}
        told = verdict(place, SIMPLE, {k: v for k, v in params.items() if v is not None})
        if place in places:
            assert told == code, place
        elif name != "request_uri":  # that one is wrong everywhere, each place in its own words
            assert told == "taken", place


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_what_is_on_the_right_side_of_the_line_is_taken(name: str, value: str) -> None:
    for place in ("par", "direct", "object"):
        assert verdict(place, SIMPLE, right(place) | {name: value}) == "taken", place


def test_the_profile_demands_what_it_demands() -> None:
    for place in ("direct", "object"):
        assert verdict(place, STRICT, right(place)) == "invalid_request"  # not pushed
    bare = {k: v for k, v in right("par").items() if not k.startswith("code_challenge")}
    assert verdict("par", STRICT, bare) == "invalid_request"
    assert verdict("par", SIMPLE, bare) == "taken"
    assert verdict("par", STRICT, right("par")) == "taken"
    for place in BROWSER:
        assert verdict(place, NO_CODES, right(place)) == "unauthorized_client"
    assert verdict("device", NO_CODES, right("device")) == "taken"


def test_until_the_address_is_known_nothing_leaves_our_page() -> None:
    """RFC 9700 4.11: what is wrong with client or address is found before what may be told to the client."""
    evil = right("direct") | {"redirect_uri": "https://evil.example/", "response_type": "token"}
    with pytest.raises(OAuthError) as found:
        checks.check_on_our_page("direct", SIMPLE, evil)
    assert found.value.code == "invalid_request"
    checks.check_on_our_page("direct", SIMPLE, right("direct") | {"response_type": "token"})
    with pytest.raises(OAuthError) as told:
        checks.check_at_the_client("direct", SIMPLE, right("direct") | {"response_type": "token"})
    assert told.value.code == "unsupported_response_type"
