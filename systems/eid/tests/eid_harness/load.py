"""People who sign in, sign in again and refresh without a pause, and believe nothing they are not shown to be true.

Each is a thread with a browser of its own, a FAPI 2.0 client and a client of profile `oidc` whose refresh tokens
rotate. Every answer is judged as it comes; what is wrong is written down, never raised, so that all of it is seen.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from eid_harness.browser import Browser
from eid_harness.relying_party import RelyingParty, Started
from eid_harness.world import Person, World

PAUSE_WHEN_REFUSED = 0.2


class Interrupted(Exception):
    """The provider was not there: a 503, or a connection that broke."""


@dataclass
class Record:
    """What a load saw. Times are of time.monotonic()."""

    done: Counter[str] = field(default_factory=Counter)
    unavailable: list[tuple[float, str]] = field(default_factory=list)
    broken: list[tuple[float, str]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unknown_kids: list[float] = field(default_factory=list)
    redeemed: Counter[str] = field(default_factory=Counter)
    successors: dict[str, set[str]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def fault(self, text: str) -> None:
        with self.lock:
            self.wrong.append(text)


@dataclass
class Keys:
    """A client's copy of the JWKS, fetched again only for a kid that it does not know."""

    record: Record
    known: dict[str, Any] = field(default_factory=dict)

    def take(self, document: dict[str, Any]) -> None:
        self.known = {key["kid"]: key for key in document["keys"]}

    def of(self, kid: str, fetch: Callable[[], dict[str, Any]]) -> KeySet:
        if kid not in self.known:
            with self.record.lock:
                self.record.unknown_kids.append(time.monotonic())
            self.take(fetch())
        return KeySet.import_key_set({"keys": list(self.known.values())})


class Citizen:
    """One of the load."""

    def __init__(self, world: World, number: int, person: Person, record: Record, stop: threading.Event) -> None:
        self.name = f"citizen-{number}"
        self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self.world, self.person, self.record, self.halt = world, person, record, stop
        self.chance = random.Random(number)
        self.browser: Browser = world.browser()
        self.fapi = client(world.eid.issuer, f"fapi-{number}", profile="fapi2")
        self.plain = client(world.eid.issuer, f"plain-{number}", profile="oidc", id_token_signed_response_alg="ES256")
        self.subs: dict[str, str] = {}
        self.keys = Keys(record)

    def begin(self) -> None:
        """The first sign-in at each client, with password, code and consent; keeps who they say it is."""
        for rp in (self.fapi, self.plain):
            tokens = self.world.tokens(self.browser, self.person, rp)
            self.subs[rp.client_id] = tokens["claims"]["sub"]
        self.keys.take(self._jwks(self.fapi))

    def run(self) -> None:
        turn = 0
        while not self.halt.is_set():
            turn += 1
            try:
                self._flow((self.fapi, self.plain)[turn % 2])
            except Interrupted:
                time.sleep(PAUSE_WHEN_REFUSED)
            except Exception as error:
                self.record.fault(f"{self.name}: {type(error).__name__} {error}")

    def _flow(self, rp: RelyingParty) -> None:
        started = self._pushed(rp)
        code = self._code(rp, started)
        tokens = self._redeemed_twice(rp, started, code) if self.chance.random() < 0.2 else None
        if tokens is None:
            tokens = self._redeemed(rp, started, code)
        if tokens is None:
            return
        self._judge(rp, tokens, started.nonce)
        for _ in range(3):
            tokens = self._refreshed(rp, tokens)
            self._judge(rp, tokens, None)
        told = self._surely("userinfo", lambda: rp.userinfo(tokens["access_token"]), 200).json()
        if told["sub"] != self.subs[rp.client_id]:
            self.record.fault(f"userinfo of {rp.client_id} tells of another person")
        self.record.done["flow"] += 1

    def _pushed(self, rp: RelyingParty) -> Started:
        form, verifier = rp.parameters()
        pushed = self._ask("par", lambda: rp.push(**form), 201).json()
        url = f"{rp.issuer}/authorize?client_id={rp.client_id}&request_uri={pushed['request_uri']}"
        return Started(url, form["state"], form["nonce"], verifier, rp.redirect_uri)

    def _code(self, rp: RelyingParty, started: Started) -> str:
        def ask() -> httpx.Response:
            page = self.browser.get(started.url)
            return page.response

        answer = self._ask("authorize", ask, 303)
        if not self.browser.landed:
            self.record.fault(f"a session was forgotten: {answer.status_code} {answer.url}")
            raise Interrupted
        return rp.callback(started, self.browser.landed)

    def _redeemed(self, rp: RelyingParty, started: Started, code: str) -> dict[str, Any] | None:
        """Redeem a code until it is sure what became of it. An attempt without an answer may have used it up."""
        doubtful = False
        while True:
            try:
                answer = self._ask("code", lambda: rp.redeem(code, started.verifier), 200, 400 if doubtful else 200)
            except Interrupted:
                if self.halt.is_set():
                    raise
                doubtful = True
                time.sleep(PAUSE_WHEN_REFUSED)
                continue
            if answer.status_code == 400:
                self.record.done["code used up by an attempt without an answer"] += 1
                return None
            self.record.redeemed[code] += 1
            return answer.json()  # type: ignore[no-any-return]

    def _redeemed_twice(self, rp: RelyingParty, started: Started, code: str) -> dict[str, Any] | None:
        """Two at once: one wins at most, and what it got ends, because the code was presented again."""
        with ThreadPoolExecutor(2) as pool:
            made = [pool.submit(rp.redeem, code, started.verifier) for _ in range(2)]
        answers = [future.result() for future in made if not future.exception()]
        statuses = sorted(answer.status_code for answer in answers)
        self.record.redeemed[code] += statuses.count(200)
        if statuses == [200, 400]:
            self.record.done["reuse noticed"] += 1
            good = next(answer.json() for answer in answers if answer.status_code == 200)
            self._surely("userinfo of a revoked grant", lambda: rp.userinfo(good["access_token"]), 401)
        elif statuses.count(200) > 1:
            self.record.fault(f"a code was redeemed twice: {statuses}")
        elif not {503} & set(statuses) and len(statuses) == 2:
            self.record.fault(f"neither of two redemptions won: {[a.text for a in answers]}")
        raise Interrupted

    def _refreshed(self, rp: RelyingParty, tokens: dict[str, Any]) -> dict[str, Any]:
        """Refresh until there is an answer: a refresh token survives every answer that was lost."""
        token = tokens["refresh_token"]
        answer = self._surely("refresh", lambda: rp.token("refresh_token", refresh_token=token), 200).json()
        with self.record.lock:
            self.record.successors.setdefault(token, set()).add(answer["refresh_token"])
        return answer  # type: ignore[no-any-return]

    def _surely(self, what: str, call: Callable[[], httpx.Response], expected: int) -> httpx.Response:
        """Again until there is an answer, as Retry-After says."""
        while True:
            try:
                return self._ask(what, call, expected)
            except Interrupted:
                if self.halt.is_set():
                    raise
                time.sleep(PAUSE_WHEN_REFUSED)

    def _ask(self, what: str, call: Callable[[], httpx.Response], *expected: int) -> httpx.Response:
        try:
            answer = call()
        except httpx.TimeoutException as error:
            with self.record.lock:
                self.record.unanswered.append(f"{what}: {type(error).__name__}")
            raise Interrupted from None
        except httpx.TransportError as error:
            with self.record.lock:
                self.record.broken.append((time.monotonic(), f"{what}: {type(error).__name__}"))
            raise Interrupted from None
        if answer.status_code == 503:
            with self.record.lock:
                self.record.unavailable.append((time.monotonic(), what))
            if not answer.headers.get("retry-after", "").isdecimal():
                self.record.fault(f"{what}: a 503 without Retry-After")
            raise Interrupted
        if answer.status_code not in expected:
            self.record.fault(f"{what}: {answer.status_code} {answer.text[:200]}")
            raise Interrupted
        self.record.done[what] += 1
        return answer

    def _jwks(self, rp: RelyingParty) -> dict[str, Any]:
        return self._surely("jwks", lambda: rp.http.get("/jwks"), 200).json()  # type: ignore[no-any-return]

    def _judge(self, rp: RelyingParty, tokens: dict[str, Any], nonce: str | None) -> None:
        """Every token: signed with a key that is published now, and known to whoever keeps the JWKS; true claims."""
        published = KeySet.import_key_set(self._jwks(rp))
        expected: dict[str, Any] = {"iss": rp.issuer, "sub": self.subs[rp.client_id]}
        kinds = {"id_token": expected | {"aud": rp.client_id, "nonce": nonce}, "access_token": expected | {
            "client_id": rp.client_id, "cnf": {"jkt": rp.dpop_key.thumbprint()}}}  # fmt: skip
        for kind, demands in kinds.items():
            kid = str(jws.extract_compact(tokens[kind].encode()).headers()["kid"])
            try:
                claims = jwt.decode(tokens[kind], published, algorithms=["ES256"]).claims
                jwt.decode(tokens[kind], self.keys.of(kid, lambda: self._jwks(rp)), algorithms=["ES256"])
            except (JoseError, ValueError) as error:
                self.record.fault(f"{kind} of {rp.client_id} does not verify: {type(error).__name__} {error}")
                continue
            told = {name: claims.get(name) for name in demands}
            if told != demands or claims["exp"] <= time.time():
                self.record.fault(f"{kind} of {rp.client_id} tells {told}, not {demands}")
            self.record.done[f"{kind} verified"] += 1


def client(issuer: str, client_id: str, **more: str) -> RelyingParty:
    """A client that refreshes."""
    return RelyingParty(
        issuer,
        client_id,
        f"http://{client_id}.localhost:8603/cb",
        client_id,
        more={
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid",
            "dpop_bound_access_tokens": True,
            **more,
        },
    )
