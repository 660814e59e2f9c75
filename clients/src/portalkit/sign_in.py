"""One sign-in with the e-ID: what is kept while the person is away, and what comes back."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from portalkit import tokens
from portalkit.errors import IssuerRefused, StateRefused, TokenRefused
from portalkit.proofs import challenge
from portalkit.provider import Provider, error_of

PENDING_SECONDS = 600
SIGN_IN, LINK = "sign_in", "link"


@dataclass(frozen=True)
class Pending:
    """What a sign-in began with. One state, one intent, one use, ten minutes."""

    state: str
    nonce: str
    verifier: str
    intent: str
    started_at: int
    onward: str = "/"
    account: str = ""  # of a link: the old account that it was started from

    @property
    def fresh(self) -> bool:
        """Whether the person has to sign in anew: a link never rests on an older sign-in."""
        return self.intent == LINK


@dataclass(frozen=True)
class VerifiedIdentity:
    """Who signed in. `issuer` and `sub` together are the key of a link; nothing else ever is."""

    issuer: str
    sub: str
    acr: str
    auth_time: int
    sid: str
    personal_id: str = ""
    name: str = ""
    birthdate: str = ""


def start(provider: Provider, intent: str = SIGN_IN, *, onward: str = "/", account: str = "") -> tuple[str, Pending]:
    """Push a request; returns the address to send the browser to, and what to keep for its return."""
    ours = provider.configuration
    pending = Pending(
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(48),
        intent,
        int(time.time()),
        _local(onward),
        account,
    )
    wanted = dict.fromkeys(ours.kinds_of_claims)
    claims = {
        "userinfo": {"verified_claims": {"verification": {"trust_framework": None}, "claims": wanted}},
        "id_token": {"acr": {"essential": True, "value": ours.acr}},
    }
    parameters = {
        "response_type": "code",
        "redirect_uri": ours.redirect_uri,
        "scope": ours.scope,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge(pending.verifier),
        "code_challenge_method": "S256",
        "claims": json.dumps(claims),
    }
    if pending.fresh:
        parameters["prompt"] = "login"
    request_uri = provider.push(parameters)
    query = urlencode({"client_id": ours.client_id, "request_uri": request_uri})
    return f"{provider.metadata()['authorization_endpoint']}?{query}", pending


def finish(provider: Provider, pending: Pending | None, answer: dict[str, str]) -> VerifiedIdentity:
    """Judge what came back to the redirect_uri. The caller has taken `pending` away already: it is good once.

    Raises:
        EidError: one class per reason; nobody is signed in then.
    """
    now, ours = int(time.time()), provider.configuration
    if pending is None or now > pending.started_at + PENDING_SECONDS:
        raise StateRefused("nothing was started here, or too long ago")
    if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise StateRefused("another state")
    if answer.get("iss") != ours.issuer:
        raise IssuerRefused("another provider answered, or did not say who it is")
    if "error" in answer:
        raise error_of(answer["error"])
    if not answer.get("code"):
        raise StateRefused("no code")
    issued = provider.redeem(answer["code"], pending.verifier)
    access_token = str(issued.get("access_token", ""))
    claims = _id_token(provider, str(issued.get("id_token", "")), access_token, pending, now)
    told = provider.userinfo(access_token)
    if told.get("sub") != claims["sub"]:
        raise TokenRefused("userinfo is about another person")  # Core 5.3.2
    person = _verified(told)
    return VerifiedIdentity(
        ours.issuer,
        claims["sub"],
        claims["acr"],
        int(claims.get("auth_time", now)),
        str(claims.get("sid", "")),
        person.get("personal_id", ""),
        person.get("name", ""),
        person.get("birthdate", ""),
    )


@dataclass(frozen=True)
class Proven:
    """Who was proven for a link, waiting sealed in the browser for the person's yes."""

    pending: Pending
    identity: VerifiedIdentity
    proven_at: int


def seal(secret: bytes, kept: Pending | Proven) -> str:
    """For a cookie: whoever holds the browser cannot read or change it."""
    header = {"alg": "dir", "enc": "A256GCM", "typ": type(kept).__name__}
    return jwe.encrypt_compact(header, json.dumps(asdict(kept)).encode(), OctKey.import_key(secret))


def unseal(secret: bytes, text: str) -> Pending | Proven | None:
    """None for what we did not seal."""
    try:
        found = jwe.decrypt_compact(text.encode(), OctKey.import_key(secret), algorithms=["dir", "A256GCM"])
        kept = json.loads(found.plaintext or b"")
        if found.headers().get("typ") == Proven.__name__:
            return Proven(Pending(**kept["pending"]), VerifiedIdentity(**kept["identity"]), kept["proven_at"])
        return Pending(**kept)
    except (JoseError, ValueError, TypeError, KeyError, UnicodeError):
        return None


def _id_token(provider: Provider, token: str, access_token: str, pending: Pending, now: int) -> dict[str, Any]:
    ours = provider.configuration
    for again in (False, True):
        try:
            return tokens.id_token(
                token,
                provider.keys(again=again),
                issuer=ours.issuer,
                client_id=ours.client_id,
                nonce=pending.nonce,
                access_token=access_token,
                acr=ours.acr,
                started_at=pending.started_at,
                fresh=pending.fresh,
                now=now,
            )
        except TokenRefused as refused:
            if again or "not signed" not in refused.detail:  # a new key of the provider is looked up once
                raise
    raise TokenRefused


def _verified(told: dict[str, Any]) -> dict[str, str]:
    verified = told.get("verified_claims")
    claims = verified.get("claims") if isinstance(verified, dict) else None
    return {k: v for k, v in claims.items() if isinstance(v, str)} if isinstance(claims, dict) else {}


def _local(onward: str) -> str:
    """Only an address of our own: no open redirect."""
    plain = onward.startswith("/") and not onward.startswith(("//", "/\\")) and "\\" not in onward
    return onward if plain and onward.isprintable() else "/"
