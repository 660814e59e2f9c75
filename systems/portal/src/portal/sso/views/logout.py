"""Province: logout tokens of the national portal (Back-Channel Logout 1.0 section 2.6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.accounts.models import LoginSession
from portal.accounts.models_policy import THE_SLOT, PolicyCopy
from portal.config import CONFIG
from portal.sso.endings import LOGOUT_EVENT, LOGOUT_TYP
from portal.sso.models import UsedLogoutToken
from portal.sso.relying_party import client_id
from wire import signed


@csrf_exempt
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """End the sessions of one login. A token counts once; a second time it is refused."""
    if CONFIG.national:
        raise Http404
    claims = _believed(request.POST.get("logout_token", ""))
    if claims is None:
        return JsonResponse({"error": "invalid_request"}, status=400)
    with transaction.atomic():
        _, new = UsedLogoutToken.objects.get_or_create(jti=str(claims["jti"])[:80])
        if not new:
            return JsonResponse({"error": "invalid_request"}, status=400)
        LoginSession.objects.filter(how="sso", upstream_sid=str(claims["sid"])).delete()
    response = HttpResponse(status=200)
    response["Cache-Control"] = "no-store"
    return response


def _believed(token: str) -> dict[str, Any] | None:
    copy = PolicyCopy.objects.filter(slot=THE_SLOT, issuer=CONFIG.national_origin).first()
    if copy is None:
        return None
    try:
        # guard: sso-logout-token-signature
        claims = signed.verify(token, copy.jwks, LOGOUT_TYP, issuer=CONFIG.national_origin, audience=client_id())
    except signed.SignatureRefused:
        return None
    events = claims.get("events")
    complete = claims.get("jti") and claims.get("sid") and isinstance(events, dict) and LOGOUT_EVENT in events
    return claims if complete and "nonce" not in claims else None
