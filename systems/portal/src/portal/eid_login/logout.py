"""Logout: the provider's logout tokens (Back-Channel Logout 1.0), and the way to its own logout page."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.config import CONFIG
from portal.eid_login.models import UsedLogoutToken
from portal.eid_login.provider import ProviderUnavailable, provider
from portal.eid_login.signals import eid_logged_out
from wire.signed import SignatureRefused, verify

EVENT = "http://schemas.openid.net/event/backchannel-logout"
SIGNED_OUT_PATH = "/"


@csrf_exempt
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """`POST /vneid/backchannel-logout` with `logout_token`; 200 also when nothing was left to end (section 2.8)."""
    token = request.POST.get("logout_token", "")
    try:
        claims = _claims(token)
        with transaction.atomic():
            # guard: logout-token-single-use
            _use(str(claims["jti"]))
            eid_logged_out.send(sender=None, issuer=provider().issuer, sub=claims.get("sub"), sid=claims.get("sid"))
    except ProviderUnavailable:
        return HttpResponse(status=503)
    except (SignatureRefused, IntegrityError, KeyError):
        return HttpResponse(status=400)
    return HttpResponse(status=200)


def _claims(token: str) -> dict[str, object]:
    issuer, audience = provider().issuer, provider().client_id
    try:
        claims = verify(token, provider().jwks(), "logout+jwt", issuer=issuer, audience=audience)
    except SignatureRefused:
        claims = verify(token, provider().jwks(refresh=True), "logout+jwt", issuer=issuer, audience=audience)
    events = claims.get("events")
    # guard: logout-token-shape
    if not isinstance(events, dict) or EVENT not in events or "nonce" in claims:
        raise SignatureRefused("not a logout token")
    if not claims.get("sid") and not claims.get("sub"):
        raise SignatureRefused("nobody is named")
    return claims


def _use(jti: str) -> None:
    now = datetime.now(UTC)
    hashed = hashlib.sha256(jti.encode()).digest()
    UsedLogoutToken.objects.create(jti_hash=hashed, expires_at=now + timedelta(hours=1))


def end_session_address() -> str | None:
    """The provider's logout page, leading back here (RP-Initiated Logout 1.0); None while it cannot be known."""
    try:
        endpoint = provider().metadata().get("end_session_endpoint")
    except ProviderUnavailable:
        return None
    back = {"client_id": provider().client_id, "post_logout_redirect_uri": CONFIG.origin + SIGNED_OUT_PATH}
    return f"{endpoint}?{urlencode(back)}" if endpoint else None
