"""The whole way: PAR, password, code, consent, tokens, userinfo."""

from __future__ import annotations

from eid_harness.world import VERIFIED, World


def test_a_person_signs_in_and_the_portal_gets_what_was_agreed(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.national.start(scope="openid phone email", claims=VERIFIED, acr_values="urn:motcua:acr:eid2")
    browser.get(started.url)
    assert browser.page is not None
    assert "National Public Service Portal" in browser.page.text
    world.password(browser, person)
    assert browser.page.has("otp"), browser.page.text
    browser.submit("otp-submit", otp=world.gateway.code(person.phone))
    assert browser.page.has("consent-accept"), browser.page.text
    for value in (person.full_name, person.personal_id, "12/02/1985"):
        assert value in browser.page.text
    browser.submit("consent-accept", **{"item-phone": "yes"})
    code = world.national.callback(started, browser.landed)
    answer = world.national.redeem(code, started.verifier)
    assert answer.status_code == 200, answer.text
    claims = world.national.id_token(answer.json()["id_token"], started)
    assert claims["acr"] == "urn:motcua:acr:eid2"
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    told = world.national.userinfo(answer.json()["access_token"]).json()
    assert told["sub"] == claims["sub"]
    assert told["eid_level"] == 2
    assert told["phone_number"] == "+84" + person.phone[1:]
    assert "email" not in told
    assert told["verified_claims"]["claims"] == {
        "personal_id": person.personal_id,
        "name": person.full_name,
        "birthdate": person.birth_date,
        "gender": "female",
    }
    assert told["verified_claims"]["verification"]["trust_framework"] == "vn_eid"
