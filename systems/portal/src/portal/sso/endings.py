"""National: when a login ends, the provinces that were signed in by it are told (Back-Channel Logout 1.0).

A login ends when its last session is gone, whatever removed it: sign-out, link, freeze, the date, age. So it is
watched where sessions end, and looked at after the act has committed: a session id that merely changed ends nothing.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.db.models.signals import post_delete
from oauth2_provider.models import Application

from portal.accounts.models import LoginSession
from portal.config import CONFIG
from portal.keys import signing_key
from portal.sso.issued import end_if_over
from portal.sso.models import IssuedLogin, new_identifier
from wire import loopback, signed

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYP = "logout+jwt"
LOGOUT_PATH = "/sso/backchannel-logout"
LOGOUT_TOKEN_SECONDS = 120


class ProvinceUnavailable(Exception):
    """The province did not take the logout token; the job tries again."""


def watch() -> None:
    """Connect; called once."""
    post_delete.connect(_session_gone, sender=LoginSession, dispatch_uid="sso.session_gone")


def _session_gone(instance: LoginSession, **_: Any) -> None:
    from portal.sso.tasks import tell_ended

    for sid in IssuedLogin.objects.filter(login_sid=instance.sid, ended_at=None).values_list("sid", flat=True):
        tell_ended.defer(sid=sid)


def tell(sid: str) -> None:
    """Tell the province of one handed-out login that it has ended, if it has. Raises ProvinceUnavailable."""
    login = IssuedLogin.objects.select_related("subject").filter(pk=sid).first()
    if login is None or not end_if_over(login):
        return
    client = Application.objects.filter(client_id=login.subject.client_id).first()
    if client is None:
        return
    parts = urlsplit(client.default_redirect_uri)
    token = logout_token(client.client_id, login.subject.sub, sid)
    try:
        with loopback.client() as http:
            answer = http.post(f"{parts.scheme}://{parts.netloc}{LOGOUT_PATH}", data={"logout_token": token})
    except httpx.HTTPError as fault:
        raise ProvinceUnavailable(type(fault).__name__) from fault
    if answer.status_code >= 500:
        raise ProvinceUnavailable(f"HTTP {answer.status_code}")


def logout_token(client_id: str, sub: str, sid: str) -> str:
    """A logout token for one session at one province (Back-Channel Logout 1.0 section 2.4)."""
    now = int(time.time())
    claims = {
        "iss": CONFIG.origin,
        "aud": client_id,
        "iat": now,
        "exp": now + LOGOUT_TOKEN_SECONDS,
        "jti": new_identifier(),
        "sub": sub,
        "sid": sid,
        "events": {LOGOUT_EVENT: {}},
    }
    return signed.sign(claims, signing_key(), LOGOUT_TYP)
