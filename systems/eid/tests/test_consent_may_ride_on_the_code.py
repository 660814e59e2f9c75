"""A client registered with `consent_with_code` has the code and the consent asked on one screen: same rights, fewer."""

from __future__ import annotations

from eid_harness.browser import Browser
from eid_harness.relying_party import RelyingParty
from eid_harness.world import Person, World

CLAIMS = '{"userinfo":{"verified_claims":{"verification":{"trust_framework":null},"claims":{"name":null}}}}'


def portal(world: World, **more: object) -> RelyingParty:
    rp = RelyingParty(world.eid.issuer, "one-screen", "http://national.localhost:9/back", "portal-one-screen")
    world.eid.register(rp.metadata() | {"consent_with_code": True} | more)
    return rp


def at_code(world: World, person: Person, rp: RelyingParty) -> Browser:
    browser = world.browser()
    browser.get(rp.start(scope="openid phone email", claims=CLAIMS).url)
    world.password(browser, person)
    return browser


def granted(world: World) -> list[str]:
    rows: list[list[str]] = world.sql(
        "select granted from consents where client_id = 'one-screen' order by given_at desc"
    )
    return list(rows[0][0]) if rows else []


def test_one_screen_asks_for_the_code_and_names_every_item(world: World) -> None:
    rp, person = portal(world), world.person()
    browser = at_code(world, person, rp)
    assert browser.page
    assert browser.page.has("otp")
    for item in ("Full name", "Account level", "Phone number", "E-mail"):
        assert item in browser.page.text
    assert person.email not in browser.page.text  # no value before the person is proven
    browser.submit("otp-submit", otp=world.gateway.code(person.phone))
    assert "code=" in browser.landed
    assert set(granted(world)) == {"name", "eid_level"}


def test_a_ticked_item_stays_ticked_after_a_wrong_code_and_is_given(world: World) -> None:
    rp, person = portal(world), world.person()
    browser = at_code(world, person, rp)
    code = world.gateway.code(person.phone)
    browser.submit("otp-submit", otp="111111" if code != "111111" else "222222", **{"item-email": "yes"})
    assert browser.page
    ticked = browser.page.soup.find(id="item-email")
    assert ticked is not None
    assert ticked.has_attr("checked")
    browser.submit("otp-submit", otp=code, **{"item-email": "yes"})
    assert set(granted(world)) == {"name", "eid_level", "email"}


def test_no_on_this_screen_shares_nothing_and_signs_nobody_in(world: World) -> None:
    rp, person = portal(world), world.person()
    browser = at_code(world, person, rp)
    browser.submit("consent-deny")
    assert rp.response(browser.landed)["error"] == "access_denied"
    assert browser.get(f"{world.eid.issuer}/account").has("login-submit")


def test_a_remembered_yes_is_not_asked_again(world: World) -> None:
    rp, person = portal(world), world.person()
    at_code(world, person, rp).submit("otp-submit", otp=world.gateway.code(person.phone))
    world.sql("update one_time_codes set sent_at = sent_at - interval '61 s'")
    again = at_code(world, person, rp)
    assert again.page
    assert not again.page.has("consent-deny")


def test_a_yes_that_no_screen_asked_for_is_no_consent(world: World) -> None:
    """A client that is not registered so gets its own consent screen, whatever the form says."""
    rp, person = portal(world, consent_with_code=False), world.person()
    browser = at_code(world, person, rp)
    account = str(world.sql("select account_id from interactions order by created_at desc limit 1")[0][0])
    browser.submit("otp-submit", otp=world.gateway.code(person.phone), consent=account)
    assert browser.page
    assert browser.page.has("consent-accept")
