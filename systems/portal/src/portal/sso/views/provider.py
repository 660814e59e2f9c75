"""National: the OpenID Provider for provinces (OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3)."""

from __future__ import annotations

import hashlib
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.oauth2_backends import get_oauthlib_core

from portal.accounts import policy
from portal.accounts.access import to_sign_in
from portal.accounts.models import PortalAccount, State
from portal.accounts.sessions import LoginRecord
from portal.config import CONFIG
from portal.keys import signing_key
from portal.sso import issued
from wire.assertion import public_jwks

ASKED_AGAIN = "sso_asked_again"
JUST_SIGNED_IN_SECONDS = 600


@require_GET
def configuration(_request: HttpRequest) -> HttpResponse:
    """OpenID Connect Discovery 1.0 metadata."""
    _national_only()
    return JsonResponse(
        {
            "issuer": CONFIG.origin,
            "authorization_endpoint": CONFIG.origin + "/sso/authorize",
            "token_endpoint": CONFIG.origin + "/sso/token",
            "jwks_uri": CONFIG.origin + "/sso/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": ["openid"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }
    )


@require_GET
def jwks(_request: HttpRequest) -> HttpResponse:
    """The keys that sign assertions: the ones provinces have pinned."""
    _national_only()
    return JsonResponse(public_jwks(signing_key()))


@require_GET
def authorize(request: HttpRequest) -> HttpResponse:
    """The authorization endpoint: who is signed in here, by which login, goes back with a code."""
    _national_only()
    core = get_oauthlib_core()
    try:
        scopes, credentials = core.validate_authorization_request(request)
    except FatalClientError:
        return render(request, "sso/request_refused.html", status=400)
    except OAuthToolkitError as fault:
        return _error(request, fault)
    step = _sign_in_first(request)
    if step is not None:
        return step
    return _grant(request, core, scopes, credentials)


def _sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """`prompt` and `max_age`: None when the login that is there will do."""
    login: LoginRecord | None = request.login  # type: ignore[attr-defined]
    prompt = set(request.GET.get("prompt", "").split())
    if login is not None and request.profile is not None:  # type: ignore[attr-defined]
        must_ask = "login" in prompt or _too_old(request, login)
        if not must_ask or _asked_again(request, login):
            return None
    if "none" in prompt:
        return _refuse(request, "login_required")
    _remember_asking(request)
    return to_sign_in(request)


def _grant(request: HttpRequest, core: Any, scopes: list[str], credentials: dict[str, Any]) -> HttpResponse:
    login: LoginRecord = request.login  # type: ignore[attr-defined]
    if not policy.judge_login(login).allowed:
        return to_sign_in(request)
    if _frozen(login):
        return _refuse(request, "access_denied")
    request.user = request.profile  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            handed = issued.issue(request.user, login, credentials["client_id"])  # type: ignore[arg-type]
            uri, _, _, _ = core.create_authorization_response(
                request, scopes, credentials | {"issued_login": handed}, allow=True
            )
    except OAuthToolkitError as fault:
        return _error(request, fault)
    return _onward(request, _back(uri).headers["Location"]) if _signed_in_on_the_way(request, login) else _back(uri)


def _signed_in_on_the_way(request: HttpRequest, login: LoginRecord) -> bool:
    """Has a sign-in form led here? Then a redirect to the province would be held against its `form-action`."""
    return ASKED_AGAIN in request.session or time.time() - login.started_at < JUST_SIGNED_IN_SECONDS


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    request.session.pop(ASKED_AGAIN, None)
    host = urlsplit(address).hostname
    response = render(request, "sso/onward.html", {"onward": address, "portal": host})
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint: a code, once, for the assertion."""
    _national_only()
    with transaction.atomic():
        _, headers, body, status = get_oauthlib_core().create_token_response(request)
    response = HttpResponse(body or "{}", status=status, content_type="application/json")
    for name, value in (headers or {}).items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _national_only() -> None:
    if not CONFIG.national:
        raise Http404


def _frozen(login: LoginRecord) -> bool:
    if login.portal_account_id is None:
        return False
    return PortalAccount.objects.filter(pk=login.portal_account_id, state=State.FROZEN).exists()


def _too_old(request: HttpRequest, login: LoginRecord) -> bool:
    max_age = request.GET.get("max_age", "")
    return max_age.isascii() and max_age.isdigit() and time.time() - login.auth_time > int(max_age[:9])


def _request_name(request: HttpRequest) -> str:
    return hashlib.sha256(request.get_full_path().encode()).hexdigest()


def _remember_asking(request: HttpRequest) -> None:
    request.session[ASKED_AGAIN] = {"request": _request_name(request), "at": int(time.time())}


def _asked_again(request: HttpRequest, login: LoginRecord) -> bool:
    """Has the person signed in since this very request asked for it?"""
    asked = request.session.get(ASKED_AGAIN) or {}
    return asked.get("request") == _request_name(request) and login.auth_time >= asked.get("at", 0)


def _refuse(request: HttpRequest, error: str) -> HttpResponse:
    """An error to the redirect_uri, which was checked before."""
    answer = {"error": error} | ({"state": request.GET["state"]} if "state" in request.GET else {})
    return _back(f"{request.GET['redirect_uri']}?{urlencode(answer)}")


def _error(request: HttpRequest, fault: OAuthToolkitError) -> HttpResponse:
    error = fault.oauthlib_error
    redirect_uri = error.redirect_uri or fault.redirect_uri
    if not redirect_uri:
        return render(request, "sso/request_refused.html", status=400)
    return _back(error.in_uri(redirect_uri))


def _back(uri: str) -> HttpResponse:
    """To the province, with `iss` (RFC 9207) on every response, errors included."""
    parts = urlsplit(uri)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "iss"]
    return HttpResponseRedirect(urlunsplit(parts._replace(query=urlencode([*query, ("iss", CONFIG.origin)]))))
