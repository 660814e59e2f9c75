"""Endpoints between portals: every request and every answer is a signed message, no cookie is looked at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.config import CONFIG
from portal.exchange import policy_exchange
from portal.exchange.calls import CONTENT_TYPE
from portal.exchange.inbox import receive
from portal.exchange.messages import MAX_MESSAGE_BYTES, MessageRefused, compose, own_jwks, read


@require_GET
def jwks(_request: HttpRequest) -> HttpResponse:
    """This portal's keys, to be compared and pinned by the others."""
    response = JsonResponse(own_jwks())
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def message(request: HttpRequest) -> HttpResponse:
    """`/exchange/events`, `/exchange/session-status`, `/exchange/dossiers`: the path is part of what is said."""
    try:
        return _signed(receive(_content(request), request.path))
    except MessageRefused as fault:
        return _refused(fault)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """GET (national): what holds, for a portal that says what it has. POST (province): hold this, acknowledged."""
    asked = request.method == "GET"
    if asked != CONFIG.national:
        return JsonResponse({"error": "not_here"}, status=404)
    try:
        said = read(_bearer(request) if asked else _content(request))
    except MessageRefused as fault:
        return _refused(fault)
    if asked:
        policy_exchange.note_holder(said)
        return _signed(compose(said.sender, policy_exchange.TYPE, policy_exchange.what_holds(), of=said.jti))
    policy_exchange.hold(said)
    held = policy_exchange.what_we_hold()
    return _signed(compose(said.sender, policy_exchange.ACKNOWLEDGEMENT, held, of=said.jti))


def _content(request: HttpRequest) -> str:
    if len(request.body) > MAX_MESSAGE_BYTES:
        raise MessageRefused("too long")
    return request.body.decode("ascii", "replace")


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise MessageRefused("not a signed message")
    return token.strip()


def _signed(token: str) -> HttpResponse:
    response = HttpResponse(token, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def _refused(fault: MessageRefused) -> HttpResponse:
    return JsonResponse({"error": "message_refused", "error_description": str(fault)}, status=401)
