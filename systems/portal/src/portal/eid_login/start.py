"""Start of an e-ID sign-in: one state, one intent, one use, 10 minutes, bound to this browser session.

Pushes the request (PAR, RFC 9126) with PKCE S256 (RFC 7636) and a nonce; the browser carries only `request_uri`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest

from portal.config import CONFIG
from portal.eid_login.models import LoginState
from portal.eid_login.provider import provider
from portal.sealing import blind

Intent = Literal["sign_in", "link", "late_link", "undo", "step_up"]
LIFE = timedelta(minutes=10)
CALLBACK_PATH = "/vneid/tro-ve"
ACR = {1: "urn:motcua:acr:eid1", 2: "urn:motcua:acr:eid2"}


@dataclass(frozen=True)
class Pending:
    """What waits for the callback, sealed. `then` gets the verified person, `back` the one who did not get through."""

    intent: Intent
    nonce: str
    code_verifier: str
    acr_values: tuple[str, ...]
    fresh: bool
    then: str
    back: str
    started_at: int
    about: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """For the sealed column."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Pending:
        """The inverse of `to_json`."""
        data = json.loads(text)
        return cls(**(data | {"acr_values": tuple(data["acr_values"])}))


def binding(request: HttpRequest) -> str:
    """A random mark of this browser session; survives the change of the session id, not its end."""
    mark = request.session.get("browser")
    if not mark:
        mark = secrets.token_urlsafe(24)
        request.session["browser"] = mark
    return blind(mark, "browser").hex()


def start(
    request: HttpRequest,
    intent: Intent,
    *,
    then: str,
    back: str,
    level: int = 1,
    fresh: bool = False,
    about: dict[str, Any] | None = None,
    login_hint: str = "",
) -> str:
    """Prepare a sign-in; returns the address at the provider. Raises ProviderUnavailable, ProviderRefused.

    `level` is the least e-ID level, `fresh` asks for `prompt=login`. `about` is kept with the state for `then`.
    `login_hint` (the number, so that nobody types it twice) travels in the pushed request only.
    """
    acr_values = tuple(ACR[n] for n in (2, 1) if n >= level)  # in order of preference
    state = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    pending = Pending(
        intent=intent,
        nonce=secrets.token_urlsafe(24),
        code_verifier=secrets.token_urlsafe(48),
        acr_values=acr_values,
        fresh=fresh,
        then=then,
        back=back,
        started_at=int(now.timestamp()),
        about=about or {},
    )
    parameters = _parameters(pending, state)
    if login_hint:
        parameters["login_hint"] = login_hint
    request_uri = provider().push(parameters)
    LoginState.objects.create(
        state_hash=state_hash(state),
        intent=intent,
        session_binding=binding(request),
        body=pending.to_json(),
        made_at=now,
        expires_at=now + LIFE,
    )
    query = urlencode({"client_id": provider().client_id, "request_uri": request_uri})
    return f"{provider().metadata()['authorization_endpoint']}?{query}"


def state_hash(state: str) -> bytes:
    """How a state is kept."""
    return hashlib.sha256(state.encode()).digest()


def redirect_uri() -> str:
    """Our registered callback."""
    return CONFIG.origin + CALLBACK_PATH


def _parameters(pending: Pending, state: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.code_verifier.encode()).digest()).rstrip(b"=")
    from design.page_request import current

    parameters = {
        "response_type": "code",
        "redirect_uri": redirect_uri(),
        "scope": "openid phone email",
        "state": state,
        "nonce": pending.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        "acr_values": " ".join(pending.acr_values),
        "claims": json.dumps(_claims(pending.acr_values)),
        "ui_locales": current().language,
    }
    return parameters | ({"prompt": "login"} if pending.fresh else {})


def _claims(acr_values: tuple[str, ...]) -> dict[str, Any]:
    """Essential `acr` (Core 5.5.1.1), identity vouched for by the register (IDA 1.0)."""
    person = {name: {"essential": True} for name in ("personal_id", "name", "birthdate", "gender")}
    verified = {"verification": {"trust_framework": {"value": "vn_eid"}, "time": None}, "claims": person}
    return {
        "id_token": {"acr": {"essential": True, "values": list(acr_values)}},
        "userinfo": {"verified_claims": verified},
    }
