"""RFC 7591 2 and FAPI 2.0 5.3, 5.4: what may become a client, and what may not."""

from __future__ import annotations

from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OctKey, RSAKey

from eid.clients import RegistrationRefused, register

RP = RelyingParty("https://eid.example", "national", "https://portal.example/cb", "portal")
ADDRESSES = ("redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri", "initiate_login_uri")
HOSTILE = (
    "http://portal.example/cb", "javascript:alert(1)", "data:text/html,x", "https://portal.example/cb#x", "/cb",
    "https://user@portal.example/", "https://portal.example/a/../b", "ftp://portal.example/", "https://", "",
    "https://portal.example\\@evil.example/", "https://portal.example/\r\nx: y", "https://tiếng.example/",
    "file:///etc/passwd", "https://portal.example:0/", "https://[::1", "https://portal.example/ x",
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def taken(**more: Any) -> bool:
    try:
        register(RP.metadata() | more)
    except RegistrationRefused as refused:
        return not refused.faults  # a refusal says why
    return True


def test_what_is_right_is_taken_and_what_is_not_understood_is_ignored() -> None:
    assert taken()
    assert taken(unheard_of={"a": 1}, tls_future="x")


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_of_every_kind_are_judged(name: str) -> None:
    for uri in HOSTILE:
        value: Any = [uri] if name.endswith("uris") else uri
        if value != "":
            assert not taken(**{name: value}), (name, uri)


def test_a_fapi2_client_has_a_key_and_no_secret() -> None:
    for method in ("client_secret_basic", "client_secret_post", "client_secret_jwt", "none", "", 7):
        assert not taken(token_endpoint_auth_method=method), method
    assert not taken(jwks={"keys": []})
    assert not taken(jwks=None)


def test_keys_of_another_kind_are_refused() -> None:
    private = new_key().as_dict(private=True)
    for bad in (
        private,
        OctKey.generate_key(256).as_dict(private=True),
        RSAKey.generate_key(2048).as_dict(private=True),
    ):
        assert not taken(jwks={"keys": [bad]})


def test_two_keys_with_one_kid_are_refused() -> None:
    one, other = new_key().as_dict(private=False), new_key().as_dict(private=False)
    assert taken(jwks={"keys": [one, other]})
    assert not taken(jwks={"keys": [one, other | {"kid": one["kid"]}]})


def test_nobody_registers_as_the_provider_or_with_an_unspeakable_name() -> None:
    for client_id in ("", "x" * 201):
        assert not taken(client_id=client_id)
    for profile in ("", "FAPI2", "none"):
        assert not taken(profile=profile)


@given(st.sampled_from(sorted(RP.metadata())), VALUES)
def test_no_metadata_crash_the_judge(name: str, value: Any) -> None:
    taken(**{name: value})


def test_importing_again_replaces_and_never_doubles(world: World) -> None:
    rp = RelyingParty(world.eid.issuer, "imported-twice", "http://national.localhost:8603/mot", "portal-national")
    world.eid.register(rp.metadata())
    world.eid.register(rp.metadata() | {"redirect_uris": ["http://national.localhost:8603/hai"]})
    assert world.eid.verb("clients", "list").stdout.count("imported-twice") == 1
    assert rp.push(**rp.parameters()[0]).status_code == 400
    moved = rp.parameters(redirect_uri="http://national.localhost:8603/hai")[0]
    assert rp.push(**moved).status_code == 201


def test_a_certificate_client_names_exactly_one_subject() -> None:
    one = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=portal", "jwks": None}
    assert taken(**one)
    assert not taken(**one | {"tls_client_auth_subject_dn": None})
    assert not taken(**one | {"tls_client_auth_san_dns": "portal.example"})


def test_ciba_delivers_by_poll_or_ping_only() -> None:
    for mode in ("push", "Poll", ""):
        assert not taken(backchannel_token_delivery_mode=mode), mode


def test_several_hosts_need_a_sector_of_their_own() -> None:
    """Core 8.1: else nobody can say which agency's `sub` they would share."""
    hosts = {"redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "sector": None}
    assert not taken(**hosts)
    assert taken(**hosts | {"sector_identifier_uri": "https://a.example/sector.json"})
    assert taken(**hosts | {"subject_type": "public"})
