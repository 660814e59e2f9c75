"""`clients/`, the kit for portals that are not ours, against the running provider: a sign-in, a link, a no."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl, urlsplit

import pytest
from eid_harness.world import World
from joserfc.jwk import ECKey

from portalkit.configuration import Configuration
from portalkit.errors import DeniedByPerson, StateRefused
from portalkit.provider import Provider
from portalkit.sign_in import LINK, VerifiedIdentity, finish, start

REDIRECT_URI = "http://shop.localhost:9/eid/callback"


@pytest.fixture
def provider(world: World) -> Provider:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    ours = Configuration(world.eid.issuer, "shop", REDIRECT_URI, key, secrets.token_bytes(32))
    world.eid.register(ours.metadata("Cửa hàng", sector="shop"))
    return Provider(ours)


@pytest.mark.parametrize("intent", ["sign_in", LINK])
def test_a_person_is_known_afterwards(world: World, provider: Provider, intent: str) -> None:
    person, browser = world.person(), world.browser()
    url, pending = start(provider, intent)
    browser.get(url)
    world.sign_in(browser, person)
    browser.submit("consent-accept")
    identity = finish(provider, pending, dict(parse_qsl(urlsplit(browser.landed).query)))
    assert isinstance(identity, VerifiedIdentity)
    assert (identity.personal_id, identity.name) == (person.personal_id, person.full_name)
    assert identity.sub
    with pytest.raises(StateRefused):
        finish(provider, None, dict(parse_qsl(urlsplit(browser.landed).query)))


def test_a_no_is_a_no(world: World, provider: Provider) -> None:
    person, browser = world.person(), world.browser()
    url, pending = start(provider)
    browser.get(url)
    world.sign_in(browser, person)
    browser.submit("consent-deny")
    with pytest.raises(DeniedByPerson):
        finish(provider, pending, dict(parse_qsl(urlsplit(browser.landed).query)))
