"""The flows that are measured, each a walk of one user; a wrong answer ends the bench, it is never counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec

from bench.load.connection import Answer
from bench.load.proofs import ASSERTION_TYPE, pkce
from bench.load.target import Relying, Target, User


class WrongAnswer(Exception):
    """The provider did not answer as the flow needs; the figure would mean nothing."""


async def sso(target: Target, user: User) -> None:
    """/authorize with an SSO session -> code -> /token -> /userinfo, no PAR."""
    path, verifier = await authorization_path(target, user, target.plain, pushed=False)
    answer = await _authorize(target, user, path)
    tokens = await exchange(target, user, target.plain, answer, verifier, dpop=False)
    await userinfo(target, user, tokens["access_token"])


async def fapi2(target: Target, user: User) -> None:
    """PAR, /authorize with an SSO session, /token and /userinfo, both with DPoP."""
    path, verifier = await authorization_path(target, user, target.fapi2, pushed=True)
    answer = await _authorize(target, user, path)
    tokens = await exchange(target, user, target.fapi2, answer, verifier, dpop=True)
    user.access_token = tokens["access_token"]
    user.refresh_token = tokens.get("refresh_token", "")
    answer = await _with_dpop(target, user, "userinfo_endpoint", access_token=user.access_token)
    _expect(answer, 200, "sub")


async def refresh(target: Target, user: User) -> None:
    """A refresh token, bound by DPoP, becomes new tokens."""
    if not user.refresh_token:
        await fapi2(target, user)
    form = _authenticated(target, target.fapi2, grant_type="refresh_token", refresh_token=user.refresh_token)
    tokens = _expect(await _with_dpop(target, user, "token_endpoint", form), 200, "access_token")
    user.refresh_token = tokens.get("refresh_token", user.refresh_token)


async def client_credentials(target: Target, user: User) -> None:
    """A machine gets an access token for itself."""
    form = _authenticated(target, target.machine, grant_type="client_credentials", **_machine_scope(target))
    answer = await user.connection.request("POST", target.path("token_endpoint"), b"", form)
    user.access_token = _expect(answer, 200, "access_token")["access_token"]


async def introspection(target: Target, user: User) -> None:
    """A resource server asks about an access token (RFC 7662)."""
    if not user.access_token:
        await client_credentials(target, user)
    form = _authenticated(target, target.machine, token=user.access_token)
    answer = await user.connection.request("POST", target.path("introspection_endpoint"), b"", form)
    if _expect(answer, 200, "active")["active"] is not True:
        raise WrongAnswer(f"{target.name}: the token is not active")


async def jwks(target: Target, user: User) -> None:
    """The public keys."""
    _expect(await user.connection.request("GET", target.path("jwks_uri")), 200, "keys")


async def authorization_path(
    target: Target, user: User, client: Relying, *, pushed: bool, **more: str
) -> tuple[str, str]:
    """Where the browser goes, and the code_verifier that its client keeps. `more`: further request parameters."""
    verifier, challenge = pkce()
    asked = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": client.redirect_uri,
        "scope": client.scope,
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | more
    if pushed:
        form = _authenticated(target, client, **asked)
        answer = await user.connection.request("POST", target.path("pushed_authorization_request_endpoint"), b"", form)
        asked = {"client_id": client.client_id, "request_uri": _expect(answer, 201, "request_uri")["request_uri"]}
    return f"{target.path('authorization_endpoint')}?{urlencode(asked)}", verifier


async def _authorize(target: Target, user: User, path: str) -> Answer:
    """The browser's part; where a provider sends it on to another address of its own, it goes there."""
    origin, cookie = target.origin, user.cookie
    for _ in range(4):
        answer = await user.connection.request("GET", path, b"cookie: %s\r\n" % cookie)
        location = answer.headers.get(b"location", b"").decode()
        if not location.startswith((origin, "/")):
            break
        path = location.removeprefix(origin)
        cookie = b"; ".join([*(line.partition(b";")[0] for line in answer.cookies), cookie])
    return answer


async def exchange(
    target: Target, user: User, client: Relying, redirect: Answer, verifier: str, *, dpop: bool
) -> dict[str, Any]:
    """The code in a redirect becomes tokens."""
    form = _authenticated(
        target,
        client,
        grant_type="authorization_code",
        code=code_of(target, redirect),
        redirect_uri=client.redirect_uri,
        code_verifier=verifier,
    )
    if dpop:
        answer = await _with_dpop(target, user, "token_endpoint", form)
    else:
        answer = await user.connection.request("POST", target.path("token_endpoint"), b"", form)
    tokens = _expect(answer, 200, "access_token")
    if "id_token" not in tokens:
        raise WrongAnswer(f"{target.name}: no id_token")
    return tokens


async def userinfo(target: Target, user: User, access_token: str) -> None:
    """The claims behind a Bearer token."""
    bearer = b"authorization: Bearer %s\r\n" % access_token.encode()
    _expect(await user.connection.request("GET", target.path("userinfo_endpoint"), bearer), 200, "sub")


async def _with_dpop(
    target: Target, user: User, endpoint: str, form: bytes = b"", access_token: str | None = None
) -> Answer:
    """One call with a proof: a POST of a form, or a GET. A provider that wants its nonce says so once, and gets it."""
    method = "POST" if form else "GET"
    url = target.metadata[endpoint]
    for _ in range(2):
        headers = b"dpop: %s\r\n" % user.dpop.proof(method, url, nonce=user.nonce, access_token=access_token).encode()
        if access_token:
            headers += b"authorization: DPoP %s\r\n" % access_token.encode()
        answer = await user.connection.request(method, target.path(endpoint), headers, form)
        fresh = answer.headers.get(b"dpop-nonce")
        user.nonce = fresh.decode() if fresh else user.nonce
        if answer.status not in {400, 401} or not fresh:
            break
        if b"client_assertion=" in form:  # an assertion is good once
            form = _again(target, form)
    return answer


def _again(target: Target, form: bytes) -> bytes:
    fields = {name: values[0] for name, values in parse_qs(form.decode()).items()}
    client = next(c for c in (target.fapi2, target.machine, target.plain) if c.client_id == fields["client_id"])
    kept = {name: value for name, value in fields.items() if not name.startswith("client_")}
    return _authenticated(target, client, **kept)


def code_of(target: Target, answer: Answer) -> str:
    """The code in the redirect to the client."""
    location = answer.headers.get(b"location", b"").decode()
    code = parse_qs(urlsplit(location).query).get("code")
    if answer.status not in {302, 303} or not code:
        raise WrongAnswer(f"{target.name}: /authorize answers {answer.status} {location} {answer.body[:300]!r}")
    return code[0]


def _authenticated(target: Target, client: Relying, **fields: str) -> bytes:
    assertion = client.key.assertion(client.client_id, target.issuer)
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if name != "client_id")
    proof = f"client_id={client.client_id}&client_assertion_type={ASSERTION_TYPE}&client_assertion={assertion}"
    return f"{text}&{proof}".encode()


def _machine_scope(target: Target) -> dict[str, str]:
    return {"scope": target.machine.scope} if target.machine.scope else {}


def _expect(answer: Answer, status: int, member: str) -> dict[str, Any]:
    if answer.status != status:
        raise WrongAnswer(f"{answer.status} {answer.headers} {answer.body[:300]!r}")
    document: dict[str, Any] = msgspec.json.decode(answer.body)
    if member not in document:
        raise WrongAnswer(f"no {member} in {answer.body[:300]!r}")
    return document
