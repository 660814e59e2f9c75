"""What a good portal does, one promise per row. Each raises `Broken` with what was seen instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portalkit.check.hands import Hands
from portalkit.simulator import FAULTS, Simulator
from portalkit.simulator.server import Person


class Broken(Exception):
    """A promise that the portal did not keep."""


@dataclass
class Play:
    """One check under way: the portal, its descriptor, the simulator."""

    portal: str
    about: dict[str, Any]
    simulator: Simulator

    def hands(self) -> Hands:
        return Hands(self.portal)

    def signed_in(self, hands: Hands) -> bool:
        return bool(hands.who(self.about["whoami"]).get("signed_in"))

    def linked(self, hands: Hands) -> list[str]:
        return list(hands.who(self.about["whoami"]).get("linked", []))

    def sign_in(self) -> Hands:
        hands = self.hands()
        hands.follow("GET", self.about["start"])
        return hands

    def old_sign_in(self) -> Hands:
        hands, old = self.hands(), self.about["old_sign_in"]
        hands.post_form(hands.follow("GET", old["path"]), old["path"], **old["fields"])
        return hands

    def reset(self) -> None:
        simulator = self.simulator
        old = self.about.get("old_sign_in", {}).get("person", {})
        simulator.person = Person(sub=f"sim-{time.monotonic_ns()}", **old)
        simulator.fault, simulator.register_says, simulator.signed_in_ago = "", "MATCH", 0
        simulator.away = simulator.register_away = simulator.codes_work_twice = False


def must(kept: bool, seen: str) -> None:
    """Raises Broken with what was seen."""
    if not kept:
        raise Broken(seen)


def a_person_signs_in(play: Play) -> None:
    """A person signs in, and is who the e-ID says."""
    hands = play.sign_in()
    must(play.signed_in(hands), f"nobody is signed in; the way was {[urlsplit(u).path for u in hands.trail]}")
    must(hands.who(play.about["whoami"]).get("sub") == play.simulator.person.sub, "somebody else is signed in")


def the_request_is_pushed_and_fresh(play: Play) -> None:
    """The request is pushed, with PKCE S256, DPoP, and a new state and nonce each time (RFC 9126, 7636, 9449)."""
    play.simulator.pushed.clear()
    first, second = play.sign_in(), play.sign_in()
    must(len(play.simulator.pushed) == 2, "the request was not pushed (RFC 9126)")
    one, two = play.simulator.pushed
    must(one.get("code_challenge_method") == "S256", "no PKCE with S256 (RFC 7636)")
    for name in ("state", "nonce", "code_challenge"):
        must(len(one.get(name, "")) >= 22 and one[name] != two.get(name), f"{name} is missing, short or used again")
    in_address = [dict(parse_qsl(urlsplit(url).query)) for hands in (first, second) for url in hands.trail]
    must(not any("login_hint" in query for query in in_address), "login_hint stands in an address")
    must(bool(one["header:dpop"]), "no DPoP proof at PAR (RFC 9449 10.1)")


def the_portal_proves_itself(play: Play) -> None:
    """Each call carries a fresh client assertion for this provider (RFC 7523 3)."""
    play.simulator.pushed.clear()
    play.sign_in(), play.sign_in()
    keys, seen = KeySet.import_key_set(play.about["jwks"]), set()
    for form in play.simulator.pushed:
        try:
            claims = jwt.decode(form.get("client_assertion", ""), keys, algorithms=["ES256"]).claims
        except (JoseError, ValueError) as error:
            raise Broken(f"the client assertion is not by the portal's key ({type(error).__name__})") from None
        must(claims.get("aud") in (play.simulator.issuer, [play.simulator.issuer]), "its audience is not the issuer")
        must(int(claims["exp"]) - int(claims["iat"]) <= 300, "it lives longer than five minutes")
        seen.add(claims.get("jti"))
    must(len(seen) == len(play.simulator.pushed), "a client assertion was used twice")


def a_session_id_from_before_is_worth_nothing(play: Play) -> None:
    """The session id changes at the sign-in: a planted one is worth nothing."""
    hands = play.hands()
    hands.ask("GET", play.about["whoami"])
    hands.ask("GET", play.about["start"])
    planted = hands.copy()
    hands.follow("GET", play.about["start"])
    must(play.signed_in(hands), "nobody is signed in")
    must(not play.signed_in(planted), "the session id did not change at the sign-in (session fixation)")


def an_answer_belongs_to_the_browser_that_asked(play: Play) -> None:
    """An answer that another browser asked for signs nobody in (login CSRF)."""
    first, victim = play.hands(), play.hands()
    to_provider = first.ask("GET", play.about["start"]).headers["location"]
    answer = first.ask("GET", to_provider).headers["location"]
    victim.follow("GET", answer)
    must(not play.signed_in(victim), "another browser was signed in by somebody's answer (login CSRF)")


def an_answer_works_once(play: Play) -> None:
    """The same answer signs in once."""
    play.simulator.codes_work_twice = True
    hands = play.hands()
    to_provider = hands.ask("GET", play.about["start"]).headers["location"]
    answer = hands.ask("GET", to_provider).headers["location"]
    again = hands.copy()
    hands.follow("GET", answer)
    again.follow("GET", answer)
    must(play.signed_in(hands), "nobody is signed in")
    must(not play.signed_in(again), "the same answer signed in twice")


def an_open_redirect_leads_home(play: Play) -> None:
    """`next` never leads to another site."""
    path = urlsplit(play.about["start"]).path
    for onward in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        hands = play.hands()
        answer = hands.ask("GET", f"{path}?next={onward}")
        for _ in range(4):
            location = answer.headers.get("location", "")
            must(
                "evil.example" not in urlsplit(location).netloc and "javascript:" not in location, f"led to {location}"
            )
            if not location or location.startswith("/"):
                break
            answer = hands.ask("GET", location)


def a_new_key_is_looked_up(play: Play) -> None:
    """A new key of the provider is looked up, so that nobody is locked out when keys rotate."""
    play.sign_in()
    time.sleep(0.1)
    play.simulator.rotate()
    deadline = time.monotonic() + 15
    while not play.signed_in(play.sign_in()):
        must(time.monotonic() < deadline, "a new key of the provider is not taken in 15 s")
        time.sleep(1)


def away_is_not_a_no(play: Play) -> None:
    """A provider that is away is told as such, and nobody is signed in."""
    play.simulator.away = True
    hands = play.hands()
    answer = hands.follow("GET", play.about["start"])
    must(answer.status_code == 503, f"the provider is away and the portal says {answer.status_code}")
    must(not play.signed_in(hands), "somebody is signed in although the provider is away")


def a_logout_ends_the_session_once(play: Play) -> None:
    """A good logout token ends the session, once; a bad one does nothing (Back-Channel Logout 2.6)."""
    hands, client = play.sign_in(), play.about["client_id"]
    bad = {
        "with a nonce": play.simulator.logout_token(client, nonce="n"),
        "for another client": play.simulator.logout_token("another-portal"),
        "by another key": play.simulator.logout_token(client, sign_with="stranger"),
        "that is no logout token": play.simulator.logout_token(client, typ="JWT"),
        "without the event": play.simulator.logout_token(client, events={}),
        "that expired": play.simulator.logout_token(client, exp=int(time.time()) - 3600),
    }
    for what, token in bad.items():
        _post_logout(play, token, (400, 401))
        must(play.signed_in(hands), f"a logout token {what} ended the session")
    good = play.simulator.logout_token(client)
    _post_logout(play, good, (200, 204))
    must(not play.signed_in(hands), "a good logout token did not end the session")
    _post_logout(play, good, (400, 401))


def _post_logout(play: Play, token: str, expected: tuple[int, ...]) -> None:
    answer = play.hands().ask("POST", play.about["backchannel_logout"], data={"logout_token": token})
    must(answer.status_code in expected, f"a logout token was answered {answer.status_code}, not {expected}")


def a_signal_ends_the_session(play: Play) -> None:
    """The signal session-revoked ends the session; one for another portal does nothing (RFC 8417, 8935)."""
    hands, client = play.sign_in(), play.about["client_id"]
    headers = {"Content-Type": "application/secevent+jwt"}
    other = play.simulator.event_token("another-portal", "session-revoked")
    play.hands().ask("POST", play.about["signals"], content=other, headers=headers)
    must(play.signed_in(hands), "an event for another portal ended the session")
    event = play.simulator.event_token(client, "session-revoked")
    answer = play.hands().ask("POST", play.about["signals"], content=event, headers=headers)
    must(answer.status_code == 202, f"the event was answered {answer.status_code}, not 202")
    must(not play.signed_in(hands), "session-revoked did not end the session")


def _refuses(fault: str) -> Callable[[Play], None]:
    def promise(play: Play) -> None:
        play.simulator.fault = fault
        hands = play.sign_in()
        must(not play.signed_in(hands), f"signed in although {FAULTS[fault].breaks} ({FAULTS[fault].source})")

    promise.__name__ = f"refuses_{fault.replace('-', '_')}"
    promise.__doc__ = f"Nobody is signed in when {FAULTS[fault].breaks} ({FAULTS[fault].source})."
    return promise


# Links, when the descriptor names an old account.


def _link(play: Play, hands: Hands, answer: str = "yes") -> Any:
    page = hands.follow("GET", play.about["link"])
    if page.status_code != 200 or 'name="token"' not in page.text:
        return page
    return hands.post_form(page, play.about["confirm"], answer=answer)


def a_sign_in_never_links(play: Play) -> None:
    """A plain sign-in never becomes a link."""
    hands = play.old_sign_in()
    hands.follow("GET", play.about["start"])
    must(not play.linked(hands), "a plain sign-in became a link")


def a_link_needs_the_old_sign_in(play: Play) -> None:
    """A link is not even started without the old sign-in."""
    hands = play.hands()
    _link(play, hands)
    must(not play.linked(hands), "linked without the old sign-in")
    must(play.simulator.issuer not in " ".join(hands.trail), "the link was started without the old sign-in")


def a_link_needs_the_same_person(play: Play) -> None:
    """Another person's e-ID is not linked, with the same name and birth date."""
    play.simulator.person.personal_id = "045185000998"
    hands = play.old_sign_in()
    _link(play, hands)
    must(not play.linked(hands), "another person's e-ID was linked, with the same name and birth date")


def a_link_needs_a_fresh_e_id_sign_in(play: Play) -> None:
    """A link asks for a new sign-in at the e-ID and takes no older one."""
    play.simulator.pushed.clear()
    play.simulator.signed_in_ago = 3600
    hands = play.old_sign_in()
    _link(play, hands)
    must(play.simulator.pushed[-1].get("prompt") == "login", "a link does not ask for prompt=login")
    must(not play.linked(hands), "an hour-old e-ID sign-in was linked")


def a_link_needs_the_register(play: Play) -> None:
    """A link needs the register's word; its silence is not told as a no."""
    for word in ("NO_MATCH", "NOT_FOUND", "dead"):
        play.simulator.register_says = word
        hands = play.old_sign_in()
        _link(play, hands)
        must(not play.linked(hands), f"linked although the register says {word}")
    play.simulator.register_says, play.simulator.register_away = "MATCH", True
    hands = play.old_sign_in()
    answer = _link(play, hands)
    must(not play.linked(hands), "linked although the register was away")
    must("REGISTER_UNAVAILABLE" in answer.text or answer.status_code == 503, "the register's silence was told as a no")


def a_link_needs_a_yes(play: Play) -> None:
    """A link needs the person's yes."""
    hands = play.old_sign_in()
    _link(play, hands, answer="no")
    must(not play.linked(hands), "linked although the person said no")


def a_link_moves_power_one_way(play: Play) -> None:
    """A link ends the old password and every old session."""
    thief = play.old_sign_in()
    hands = play.old_sign_in()
    _link(play, hands)
    must(bool(play.linked(hands)), "a link with everything in order was not made")
    must(not thief.who(play.about["whoami"]).get("old"), "another old session lives on after the link")
    again = play.old_sign_in()
    must(not again.who(play.about["whoami"]).get("old"), "the old password still works after the link")


PROMISES: tuple[Callable[[Play], None], ...] = (
    a_person_signs_in,
    the_request_is_pushed_and_fresh,
    the_portal_proves_itself,
    a_session_id_from_before_is_worth_nothing,
    an_answer_belongs_to_the_browser_that_asked,
    an_answer_works_once,
    an_open_redirect_leads_home,
    *(_refuses(name) for name in FAULTS),
    a_new_key_is_looked_up,
    away_is_not_a_no,
    a_logout_ends_the_session_once,
    a_signal_ends_the_session,
)
OF_LINKS: tuple[Callable[[Play], None], ...] = (
    a_sign_in_never_links,
    a_link_needs_the_old_sign_in,
    a_link_needs_the_same_person,
    a_link_needs_a_fresh_e_id_sign_in,
    a_link_needs_the_register,
    a_link_needs_a_yes,
    a_link_moves_power_one_way,  # last: the account is linked then
)

SENTENCES = {promise.__name__: " ".join((promise.__doc__ or "").split()) for promise in (*PROMISES, *OF_LINKS)}


def run(play: Play, skip: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Every promise in order, but those to skip: (name, "" or what was seen instead).

    After a link that should not have been, the account is spent: the other promises of links are not judged.
    """
    found = [_judged(promise, play) for promise in PROMISES if promise.__name__ not in skip]
    if "old_sign_in" not in play.about:
        return found
    for promise in OF_LINKS:
        if promise.__name__ in skip:
            continue
        found.append(_judged(promise, play))
        if found[-1][1]:
            break
    return found


def _judged(promise: Callable[[Play], None], play: Play) -> tuple[str, str]:
    play.reset()
    try:
        promise(play)
    except Broken as broken:
        return promise.__name__, str(broken)
    except Exception as error:  # what a portal may answer has no end; the judge goes on
        return promise.__name__, f"the portal did not answer as expected: {error!r}"
    return promise.__name__, ""
