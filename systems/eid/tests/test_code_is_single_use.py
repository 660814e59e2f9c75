"""RFC 6749 4.1.2, RFC 9700 2.1.1: a code is bound, short-lived, and used once, however many ask at once."""

from __future__ import annotations

import base64
import concurrent.futures
import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st

from eid.clients import register
from eid.grants import code as codes
from eid.grants import userinfo
from eid.grants.code import Outcome, judge
from eid.grants.grant import Grant
from eid.oidc import pkce
from sandbox.testing import free_port

CLIENT = register(RelyingParty("https://eid.example", "national", "https://portal.example/cb", "s").metadata())
OTHER = register(RelyingParty("https://eid.example", "quangtri", "https://portal.example/cb", "s").metadata())
VERIFIER = "v" * 43
NOW = datetime(2026, 1, 1, tzinfo=UTC)
GRANT = Grant(
    id=UUID(int=1),
    client_id="national",
    sector="s",
    account_id=UUID(int=2),
    session_id=UUID(int=3),
    sub="sub",
    redirect_uri="https://portal.example/cb",
    code_challenge=pkce.challenge_of(VERIFIER),
    scope=("openid",),
    granted=("eid_level",),
    acr="urn:motcua:acr:eid2",
    amr=("pwd", "otp", "mfa"),
    auth_time=NOW,
    code_expires_at=NOW + codes.LIFETIME,
)


def test_a_code_is_256_random_bits_of_which_a_digest_is_kept() -> None:
    """RFC 6749 10.10."""
    made = {codes.make() for _ in range(100)}
    assert len(made) == 100
    assert {len(base64.urlsafe_b64decode(f"{code}=")) for code in made} == {32}
    assert codes.digest("code") == hashlib.sha256(b"code").digest()


def present(grant: Grant = GRANT, **more: object) -> Outcome:
    facts: dict[str, object] = {
        "first": True,
        "client": CLIENT,
        "redirect_uri": GRANT.redirect_uri,
        "verifier": VERIFIER,
        "jkt": None,
        "now": NOW + timedelta(seconds=1),
    }
    return judge(grant, **(facts | more))  # type: ignore[arg-type]


def test_the_first_right_presentation_redeems() -> None:
    assert present() is Outcome.REDEEMED
    assert present(redirect_uri=None) is Outcome.REDEEMED  # OAuth 2.1: PKCE carries the binding


def test_a_second_presentation_is_reuse() -> None:
    assert present(first=False) is Outcome.REUSED


def test_another_client_is_refused_and_burns_nothing() -> None:
    assert present(client=OTHER) is Outcome.REFUSED
    assert present(client=OTHER, first=False) is Outcome.REFUSED


def test_an_expired_code_is_refused() -> None:
    assert present(now=GRANT.code_expires_at) is Outcome.REFUSED


def test_another_redirect_uri_is_refused() -> None:
    assert present(redirect_uri=GRANT.redirect_uri + "/") is Outcome.REFUSED


def test_a_wrong_verifier_is_refused() -> None:
    assert present(verifier="w" * 43) is Outcome.REFUSED
    assert present(verifier=None) is Outcome.REFUSED


def test_a_verifier_for_a_code_without_challenge_is_refused() -> None:
    """RFC 9700 4.8.2: an attacker who stripped the challenge from the request is found out at the token endpoint."""
    plain = msgspec.structs.replace(GRANT, code_challenge="")
    assert present(plain, verifier=VERIFIER) is Outcome.REFUSED
    assert present(plain, verifier=None) is Outcome.REDEEMED


def test_a_code_bound_to_a_dpop_key_needs_that_key() -> None:
    bound = msgspec.structs.replace(GRANT, dpop_jkt="mine")
    assert present(bound, jkt="mine") is Outcome.REDEEMED
    assert present(bound, jkt="another") is Outcome.REFUSED
    assert present(bound, jkt=None) is Outcome.REFUSED


def test_the_oidc_profile_repeats_the_redirect_uri() -> None:
    """RFC 6749 4.1.3."""
    plain = RelyingParty("https://eid.example", "national", "https://portal.example/cb", "s").metadata()
    client = register(plain | {"profile": "oidc"})
    assert present(client=client, redirect_uri=None) is Outcome.REFUSED
    assert present(client=client) is Outcome.REDEEMED


@given(st.lists(st.tuples(st.sampled_from(["national", "quangtri"]), st.sampled_from([VERIFIER, "w" * 43]),
                          st.integers(0, 90)), max_size=8))  # fmt: skip
def test_no_order_of_presentations_redeems_twice(presentations: list[tuple[str, str, int]]) -> None:
    """A model of the table: `redeem` marks only for the code's own client, and the first mark wins."""
    used, redeemed = False, 0
    for client_id, verifier, seconds in presentations:
        first, client = False, CLIENT if client_id == "national" else OTHER
        if client_id == GRANT.client_id:
            first, used = not used, True
        outcome = present(first=first, client=client, verifier=verifier, now=NOW + timedelta(seconds=seconds))
        redeemed += outcome is Outcome.REDEEMED
        if outcome is Outcome.REDEEMED:
            assert (client_id, verifier) == (GRANT.client_id, VERIFIER)
            assert seconds < codes.LIFETIME.total_seconds()
    assert redeemed <= 1


def test_the_table_keeps_only_a_hash(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    rows = world.sql("select row_to_json(g)::text from grants g where code_hash = %s", codes.digest(code))
    assert len(rows) == 1
    assert code not in rows[0][0]


def test_two_hundred_redemptions_at_once_over_two_processes_give_one_answer(world: World) -> None:
    person, browser, other = world.person(), world.browser(), free_port()
    world.eid.start(f"127.0.0.1:{other}")
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    world.national.redeem("a code that nobody was given", started.verifier)  # now it knows the nonce of the hour
    forms = [
        world.national.authenticated(
            grant_type="authorization_code",
            code=code,
            code_verifier=started.verifier,
            redirect_uri=world.national.redirect_uri,
        )
        for _ in range(200)
    ]
    proofs = [{"dpop": world.national.proof("POST", "/token")} for _ in range(200)]
    addresses = [f"{world.eid.issuer}/token", f"http://127.0.0.1:{other}/token"]

    def redeem(number: int) -> int:
        return world.national.http.post(addresses[number % 2], data=forms[number], headers=proofs[number]).status_code

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(redeem, range(200)))
    assert sorted(statuses) == [200] + [400] * 199


def test_one_statement_decides_who_is_first(world: World) -> None:
    """Redeeming twice, one after the other, marks the row once: the second sees the mark of the first."""
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    assert world.national.redeem(code, started.verifier).status_code == 200
    assert world.national.redeem(code, started.verifier).json()["error"] == "invalid_grant"


def test_reuse_revokes_what_the_code_gave(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    token = world.national.redeem(code, started.verifier).json()["access_token"]
    assert world.national.userinfo(token).status_code == 200
    assert world.national.redeem(code, started.verifier).status_code == 400
    assert world.national.userinfo(token).status_code == 401


def test_a_stolen_code_is_worthless_to_another_client_and_stays_good_for_its_own(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    stolen = world.province.redeem(code, started.verifier, redirect_uri=world.national.redirect_uri)
    assert stolen.json()["error"] == "invalid_grant"
    assert world.national.redeem(code, started.verifier).status_code == 200


def test_a_code_presented_with_a_wrong_verifier_is_used_up(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    assert world.national.redeem(code, "x" * 43).status_code == 400
    assert world.national.redeem(code, started.verifier).status_code == 400


def test_an_old_code_is_refused_by_the_running_provider(world: World) -> None:
    person, browser = world.person(), world.browser()
    started = world.authorize(browser, person)
    code = world.national.callback(started, browser.landed)
    world.sql("update grants set code_expires_at = now() where code_hash = %s", codes.digest(code))
    assert world.national.redeem(code, started.verifier).status_code == 400


def test_only_what_was_granted_is_told() -> None:
    person = {"personal_id": "1", "name": "n", "birthdate": "b", "gender": "g", "phone_number": "p", "email": "e"}
    person |= {"phone_number_since": "2023-01-01"}
    assert userinfo.release(GRANT, level=2, person=person) == {"sub": "sub", "eid_level": 2}
    more = msgspec.structs.replace(GRANT, granted=("name", "phone", "eid_level"), checked_at=GRANT.auth_time)
    told = userinfo.release(more, level=2, person=person)
    assert told["verified_claims"]["claims"] == {"name": "n"}
    assert (told["phone_number"], told["phone_number_since"]) == ("p", "2023-01-01")
    assert "email" not in told
    unchecked = msgspec.structs.replace(more, checked_at=None)
    assert "verified_claims" not in userinfo.release(unchecked, level=2, person=person)
