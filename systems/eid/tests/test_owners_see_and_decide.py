"""The owner's pages: sessions, sharing, activity, the lock."""

from __future__ import annotations

from eid_harness.browser import Browser
from eid_harness.world import VERIFIED, World

from eid.grants import consent
from eid.grants.authorization_request import AuthorizationRequest


def test_without_a_sign_in_there_is_nothing_to_see(world: World) -> None:
    for path in ("/account", "/account/devices", "/account/sharing", "/account/activity"):
        assert world.browser().get(path).has("login-submit")


def test_the_account_page_comes_after_the_sign_in(world: World) -> None:
    person, browser = world.person(1), world.browser()
    browser.get("/account")
    world.sign_in(browser, person)
    assert browser.page is not None
    assert browser.page.url.endswith("/account")
    for words in ("Level 1", person.full_name, person.personal_id, "raises your account"):
        assert words in browser.page.text


def test_another_session_is_ended_from_here_and_its_clients_hear(world: World) -> None:
    person, here, there = world.person(), world.browser(), world.browser()
    there.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"
    world.tokens(there, person)
    before = len(world.logout.received)
    here.get("/account")
    world.sign_in(here, person)
    page = here.get("/account/devices")
    assert "Firefox, Windows" in page.text
    here.submit("end-others")
    assert "Firefox, Windows" not in here.page.text if here.page else False
    assert there.get("/account").has("login-submit")
    assert not here.get("/account").has("login-submit")
    world.logout.wait_for(before + 1)
    assert len(world.logout.received) > before


def test_nobody_ends_somebody_elses_session(world: World) -> None:
    victim, attacker = world.browser(), world.browser()
    world.tokens(victim, world.person())
    session_id = world.sql("select id from sessions order by created_at desc limit 1")[0][0]
    attacker.get("/account")
    world.sign_in(attacker, world.person())
    form = attacker.page.soup.find("form", action="/account/sign-out") if attacker.page else None
    assert form is not None
    token = form.find("input", attrs={"name": "form_token"})["value"]
    attacker.post("/account/devices", {"form_token": token, "session": str(session_id)})
    assert not victim.get("/account").has("login-submit")


def test_a_withdrawn_consent_stops_what_it_gave_and_is_asked_again(world: World) -> None:
    person, browser = world.person(), world.browser()
    got = world.tokens(browser, person, scope="openid phone", claims=VERIFIED)
    assert world.national.userinfo(got["access_token"]).status_code == 200
    page = browser.get("/account/sharing")
    assert "National Public Service Portal" in page.text
    assert "personal number" in page.text
    button = page.soup.find("input", attrs={"name": "client", "value": "national"})
    assert button is not None
    token = page.soup.find("input", attrs={"name": "form_token"})["value"]
    browser.post("/account/sharing", {"form_token": token, "client": "national"})
    assert world.national.userinfo(got["access_token"]).status_code == 401
    browser.get(world.national.start(claims=VERIFIED).url)
    assert browser.page is not None
    assert browser.page.has("consent-accept")


def test_an_earlier_yes_is_remembered_and_no_more_than_it_is_given(world: World) -> None:
    person, browser = world.person(), world.browser()
    world.tokens(browser, person, scope="openid phone")
    got = world.tokens(browser, person, scope="openid phone")
    assert "phone_number" not in world.national.userinfo(got["access_token"]).json()


def test_optional_items_are_given_only_when_ticked() -> None:
    asked = AuthorizationRequest("c", "https://c.example/", ("openid", "phone", "email"), "x", verified=("name",))
    assert consent.granted_for(asked, frozenset()) == ("name", "eid_level")
    assert consent.granted_for(asked, frozenset({"email", "other"})) == ("name", "eid_level", "email")
    offline = AuthorizationRequest("c", "https://c.example/", ("openid", "phone", "offline_access"), "x")
    assert consent.granted_scope(offline, ()) == ("openid", "phone")
    assert consent.granted_scope(offline, ("offline_access",)) == ("openid", "phone", "offline_access")


def test_optional_items_stand_unticked(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start(scope="openid phone email").url)
    world.sign_in(browser, person)
    assert browser.page is not None
    for box in browser.page.soup.find_all("input", type="checkbox"):
        assert not box.has_attr("checked")


def test_denying_shares_nothing_and_says_so(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.national.start(claims=VERIFIED)
    browser.get(started.url)
    world.sign_in(browser, person)
    browser.submit("consent-deny")
    answer = world.national.response(browser.landed)
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", started.state, world.eid.issuer)
    assert "Did not agree to share" in browser.get("/account/activity").text


def test_a_yes_of_one_person_is_not_the_yes_of_another(world: World) -> None:
    """The consent page was shown to one, and posted after another signed in to the same browser."""
    first, second, browser = world.person(), world.person(), world.browser()
    browser.get(world.national.start(claims=VERIFIED).url)
    world.sign_in(browser, first)
    assert browser.page is not None
    shown = browser.page
    other = world.browser()
    other.get("/account")
    world.sign_in(other, second)
    browser.cookies["__Host-eid_session"] = other.cookies["__Host-eid_session"]
    browser.page = shown
    browser.submit("consent-accept")
    assert browser.landed == ""
    assert browser.page.error_code == "EID_SIGN_IN_OVER"


def test_the_lock_ends_everything_and_says_how_to_open_it_again(world: World) -> None:
    person, here, there = world.person(), world.browser(), world.browser()
    got = world.tokens(there, person)
    here.get("/account")
    world.sign_in(here, person)
    here.get("/account/lock")
    here.submit("lock-confirm")
    assert here.page is not None
    assert "identity card" in here.page.text
    assert there.get("/account").has("login-submit")
    assert world.national.userinfo(got["access_token"]).status_code == 401
    again = Browser(world.eid.issuer)
    again.get("/account")
    world.password(again, person)
    assert again.page is not None
    assert again.page.error_code == "VNEID_LOCKED"


def test_activity_lists_what_happened_with_the_account(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get(world.national.start(claims=VERIFIED).url)
    browser.submit("login-submit", username=person.personal_id, password="wrong")
    got = world.tokens(browser, person, claims=VERIFIED)
    world.national.userinfo(got["access_token"])
    world.register.history = [
        {
            "at": "2024-05-04T14:50:00+07:00",
            "agency": {"code": "H50", "vi": "Công an xã Tân Thành", "en": "Tân Thành commune police"},
            "purpose": "dossier",
            "what": "lookup",
            "fields": ["full_name"],
            "result_shown": True,
        }
    ]
    text = browser.get("/account/activity").text
    world.register.history = []
    for words in (
        "A wrong password was entered",
        "Signed in",
        "Agreed to share",
        "Information was handed over",
        "Tân Thành commune police",
        "14:50, 4 May 2024",
    ):
        assert words in text


def test_sign_out_from_the_account_page(world: World) -> None:
    person, browser = world.person(), world.browser()
    browser.get("/account")
    world.sign_in(browser, person)
    assert browser.page is not None
    form = browser.page.soup.find("form", action="/account/sign-out")
    token = form.find("input", attrs={"name": "form_token"})["value"]
    browser.post("/account/sign-out", {"form_token": token})
    assert "You are signed out" in browser.page.text
    assert browser.get("/account").has("login-submit")


def test_a_young_owner_is_addressed_as_such(world: World) -> None:
    said = []
    for born in ("2015-03-01", "1985-02-12"):
        browser = world.browser("vi")
        browser.get("/account/activity")
        world.sign_in(browser, world.person(birth_date=born))
        said.append(browser.get("/account").text.lower().replace("\xa0", " "))
    assert "ông/bà" not in said[0]
    assert "bạn" in said[0]
    assert "ông/bà" in said[1]
