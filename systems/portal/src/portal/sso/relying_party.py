"""Province: the relying party of the national portal's sign-in (OpenID Connect Core 1.0 section 3.1).

Starts a sign-in, takes the answer, believes the assertion only after every check. It knows no profile and no policy.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from portal.accounts.models_policy import THE_SLOT, PolicyCopy
from portal.config import CONFIG
from wire import signed
from wire.assertion import write_once
from wire.loopback import TIMEOUT, LoopbackTransport, shared_trust

PENDING = "sso_pending"
PENDING_SECONDS = 600
MAX_PENDING = 5
ASSERTION_SECONDS = 120
SKEW_SECONDS = 60
CALLBACK_PATH = "/sso/tro-ve"
SECRET_FILE = "sso-client-secret"  # noqa: S105  (a file name)


class SsoRefused(Exception):
    """The answer is not believed. `code` is what the person and the hotline see; nothing was signed in."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


class SsoUnavailable(Exception):
    """The national portal cannot be asked now. Never a no."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the national portal says: who, and the login that made the session there. Times are Unix seconds."""

    sub: str
    sid: str
    how: str
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    account_kind: str
    cohort: str

    @property
    def upstream(self) -> dict[str, Any]:
        """As `LoginRecord.upstream` keeps it."""
        return {name: value for name, value in self.to_json().items() if name != "sub"}

    def to_json(self) -> dict[str, Any]:
        """For the sealed session."""
        return asdict(self) | {"amr": list(self.amr)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Assertion:
        """The inverse of `to_json`."""
        return cls(**(data | {"amr": tuple(data["amr"])}))


def client_id() -> str:
    """The name under which the national portal knows this province's sign-in: its host."""
    return CONFIG.host


def client_secret() -> str:
    """The secret of this internal hop, made here once, told to the national portal sealed."""
    path: Path = CONFIG.keys_dir / SECRET_FILE
    if not path.exists():
        write_once(path, secrets.token_urlsafe(32).encode())
    return path.read_text()


def begin(session: MutableMapping[str, Any], next_: str) -> str:
    """Note a new sign-in in this browser's session; the address to send the browser to."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    pending = [each for each in session.get(PENDING, []) if each["at"] > time.time() - PENDING_SECONDS]
    entry = {"state": state, "nonce": nonce, "code_verifier": verifier, "next": next_, "at": int(time.time())}
    session[PENDING] = [*pending, entry][-MAX_PENDING:]
    with _client() as client:
        url, _ = client.create_authorization_url(
            CONFIG.national_origin + "/sso/authorize", state=state, nonce=nonce, code_verifier=verifier
        )
    return str(url)


def finish(session: MutableMapping[str, Any], answer: Mapping[str, str]) -> tuple[Assertion, str]:
    """Take the browser's answer: the assertion and where the person wanted to go.

    Raises SsoRefused, SsoUnavailable. Each state is used once, by the session that began it.
    """
    pending = _take(session, answer.get("state", ""))
    # guard: sso-response-iss
    if answer.get("iss") != CONFIG.national_origin:
        raise SsoRefused("SSO_ISSUER")
    if "error" in answer or "code" not in answer:
        error = answer.get("error", "no code")
        raise SsoRefused("SSO_DENIED" if error == "access_denied" else "SSO_REFUSED", repr(error[:60]))
    return verify(_redeem(answer["code"], pending["code_verifier"]), pending["nonce"]), pending["next"]


def verify(id_token: str, nonce: str) -> Assertion:
    """Believe an assertion: signed by the national portal for us, just now, for this sign-in. Raises SsoRefused."""
    copy = PolicyCopy.objects.filter(slot=THE_SLOT, issuer=CONFIG.national_origin).first()
    if copy is None:
        raise SsoUnavailable("the national portal is not trusted yet")
    try:
        # guard: sso-assertion-signature
        claims = signed.verify(id_token, copy.jwks, "JWT", issuer=CONFIG.national_origin, audience=client_id())
    except signed.SignatureRefused as fault:
        raise SsoRefused("SSO_ASSERTION", str(fault)) from None
    # guard: sso-nonce
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SsoRefused("SSO_ASSERTION", "wrong nonce")
    now = time.time()
    if claims["iat"] < now - ASSERTION_SECONDS:
        raise SsoRefused("SSO_ASSERTION", "too old")
    if claims.get("how") not in ("old", "eid") or not claims.get("sub") or not claims.get("sid"):
        raise SsoRefused("SSO_ASSERTION", "does not say which login")
    auth_time = claims.get("auth_time")
    if not isinstance(auth_time, int) or auth_time > now + SKEW_SECONDS:
        raise SsoRefused("SSO_ASSERTION", "does not say when")
    return Assertion(
        sub=str(claims["sub"]),
        sid=str(claims["sid"]),
        how=str(claims["how"]),
        auth_time=auth_time,
        acr=str(claims.get("acr", "")),
        amr=tuple(str(each) for each in claims.get("amr", ())),
        account_kind=str(claims.get("account_kind", "")),
        cohort=str(claims.get("cohort", "")),
    )


def _take(session: MutableMapping[str, Any], state: str) -> dict[str, Any]:
    pending: list[dict[str, Any]] = session.get(PENDING, [])
    # guard: sso-state-of-this-session
    found = [each for each in pending if state and hmac.compare_digest(each["state"], state)]
    session[PENDING] = [each for each in pending if each not in found]
    if not found or found[0]["at"] < time.time() - PENDING_SECONDS:
        raise SsoRefused("CALLBACK_STATE")
    return found[0]


def _redeem(code: str, verifier: str) -> str:
    try:
        with _client() as client:
            token = client.fetch_token(CONFIG.national_origin + "/sso/token", code=code, code_verifier=verifier)
    except httpx.HTTPError as fault:
        raise SsoUnavailable(type(fault).__name__) from fault
    except AuthlibBaseError as fault:
        raise SsoRefused("CODE_EXPIRED", str(fault.error)) from None
    id_token = token.get("id_token")
    if not isinstance(id_token, str):
        raise SsoRefused("SSO_ASSERTION", "no id_token")
    return id_token


def _client() -> OAuth2Client:
    return OAuth2Client(
        client_id=client_id(),
        client_secret=client_secret(),
        token_endpoint_auth_method="client_secret_basic",  # noqa: S106  (a method, not a secret)
        scope="openid",
        redirect_uri=CONFIG.origin + CALLBACK_PATH,
        code_challenge_method="S256",
        transport=LoopbackTransport(verify=shared_trust()),
        timeout=TIMEOUT,
        trust_env=False,
    )
