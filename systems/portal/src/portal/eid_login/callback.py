"""The provider's answer: checks its state, redeems the code, verifies, and leaves the identity in the session.

A state is used once and only for its own intent; whoever asks for the result (`take`) must name the intent.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET

from portal.eid_login.identity import VerifiedIdentity
from portal.eid_login.models import LoginState
from portal.eid_login.provider import ProviderRefused, ProviderUnavailable, provider
from portal.eid_login.start import Intent, Pending, binding, redirect_uri, state_hash
from portal.eid_login.verify import IdentityRefused, id_token_claims, identity

log = logging.getLogger(__name__)
RESULT = "eid_result"
FLASH = "flash"
RESULT_LIFE = 600
PROVIDER_ERRORS = {
    "access_denied": "VNEID_DENIED",
    "unmet_authentication_requirements": "VNEID_L1_ONLY",
    "temporarily_unavailable": "VNEID_UNAVAILABLE",
    "server_error": "VNEID_UNAVAILABLE",
    "account_locked": "VNEID_LOCKED",
}


@dataclass(frozen=True)
class Result:
    """A finished sign-in: who, for what, started when (Unix seconds), about what."""

    identity: VerifiedIdentity
    intent: Intent
    started_at: int
    about: dict[str, Any]


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """`GET /vneid/tro-ve` (redirect_uri)."""
    pending = _use_state(request)
    if pending is None:
        return _refused(request, _why_not(request), "/vneid/loi")
    # guard: callback-issuer
    if request.GET.get("iss") != provider().issuer:
        return _refused(request, "VNEID_REFUSED", "/vneid/loi")
    if "error" in request.GET:
        code = PROVIDER_ERRORS.get(request.GET["error"], "VNEID_REFUSED")
        return _refused(request, code, pending.back)
    try:
        person = _person(request.GET.get("code", ""), pending)
    except ProviderUnavailable:
        return _refused(request, "VNEID_UNAVAILABLE", pending.back)
    except ProviderRefused as refused:
        code = "CODE_EXPIRED" if refused.error == "invalid_grant" else "VNEID_REFUSED"
        return _refused(request, code, pending.back)
    except IdentityRefused as refused:
        log.warning("e-ID sign-in refused: %s", refused)
        return _refused(request, "VNEID_REFUSED", pending.back)
    request.session[RESULT] = {
        "identity": person.to_json(),
        "intent": pending.intent,
        "started_at": pending.started_at,
        "about": pending.about,
    }
    return HttpResponseRedirect(pending.then, status=303)


def take(request: HttpRequest, *intents: Intent, keep: bool = False) -> Result | None:
    """The finished sign-in of this browser if it was started for one of `intents`; taken away unless `keep`."""
    data = request.session.get(RESULT)
    # guard: result-only-for-its-intent
    if not data or data["intent"] not in intents:
        return None
    if not keep:
        del request.session[RESULT]
    if datetime.now(UTC).timestamp() - data["started_at"] > 2 * RESULT_LIFE:
        return None
    who = VerifiedIdentity.from_json(data["identity"])
    return Result(who, data["intent"], data["started_at"], data["about"])


def _use_state(request: HttpRequest) -> Pending | None:
    """The pending sign-in of this state, marked as used; None when it is not this session's, old or used."""
    if "browser" not in request.session:
        return None
    now = datetime.now(UTC)
    mine = LoginState.objects.filter(
        state_hash=state_hash(request.GET.get("state", "")),
        # guard: state-bound-to-its-session
        session_binding=binding(request),
        expires_at__gt=now,
        # guard: state-is-single-use
        used_at=None,
    )
    # guard: state-taken-atomically
    if not mine.update(used_at=now):
        return None
    state = LoginState.objects.get(state_hash=state_hash(request.GET["state"]))
    return Pending.from_json(state.body)


def _why_not(request: HttpRequest) -> str:
    """Used before, too old, or not of this browser: said only to the browser that asked."""
    if "browser" not in request.session:
        return "CALLBACK_STATE"
    mine = LoginState.objects.filter(
        state_hash=state_hash(request.GET.get("state", "")), session_binding=binding(request)
    ).first()
    if mine is None:
        return "CALLBACK_STATE"
    return "REPLAY" if mine.used_at is not None else "CODE_EXPIRED"


def _person(code: str, pending: Pending) -> VerifiedIdentity:
    grant = provider().exchange_code(code, pending.code_verifier, redirect_uri())
    who = {"issuer": provider().issuer, "client_id": provider().client_id, "access_token": grant.access_token}
    try:
        claims = id_token_claims(grant.id_token, provider().jwks(), pending, **who)
    except IdentityRefused as refused:
        if not refused.reason.startswith("signature"):
            raise
        claims = id_token_claims(grant.id_token, provider().jwks(refresh=True), pending, **who)
    return identity(claims, provider().userinfo(grant.access_token))


def _refused(request: HttpRequest, code: str, back: str) -> HttpResponse:
    """Back to where he came from; the page there says what it means (`flash`)."""
    request.session.pop(RESULT, None)
    request.session[FLASH] = code
    return HttpResponseRedirect(back, status=303)
