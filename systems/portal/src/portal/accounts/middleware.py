"""Puts the login on the request, and judges it: a session made by an old login lives only as long as the policy allows.

e-ID sessions are never touched here. A session that the date has ended is deleted, so it stays dead when the date moves
back; while the policy cannot be known the request is refused ("try later") and the session waits.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from design.page_request import YOUNG, address_as
from kernel import country_time
from kernel.partial_date import PartialDate, PartialDateFormat
from portal.accounts import policy, sessions, signals
from portal.accounts.models import Profile
from portal.accounts.policy import OldLoginRefused
from portal.accounts.views.refusals import refuse_by_policy

Handler = Callable[[HttpRequest], HttpResponse]
# While the policy cannot be known, a browser with an old session still finds the ways that need none.
WAYS_ON = ("/vneid/", "/sso/", "/dang-xuat", "/healthz", "/exchange/", "/.well-known/")


def speak_to(profile: Profile | None) -> None:
    """The rest of this request says "bạn" to people known to be under 18, "ông/bà" to everybody else."""
    try:
        born = PartialDate.parse((profile.birth_date if profile else None) or "")
    except PartialDateFormat:
        return
    if born.surely_under(18, country_time.today()):
        address_as(YOUNG)


class LoginMiddleware:
    """Sets `request.login` (LoginRecord or None) and `request.profile` (Profile or None)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        record = sessions.current(request)
        sessions.attach(request, record)
        speak_to(request.profile)  # type: ignore[attr-defined]
        if record is not None and record.made_by_old_login:
            verdict = policy.judge_login(record, getattr(request.session, "seen", None))
            # guard: old-sessions-judged-at-each-request
            if not verdict.allowed:
                if not verdict.expired and request.path.startswith(WAYS_ON):
                    sessions.attach(request, None)
                    return self.get_response(request)
                signals.request_refused.send(type(self), request=request)
                if verdict.expired:
                    sessions.logout(request)
                return refuse_by_policy(request, verdict)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An act that the date overtook inside its transaction: nothing of it remains, and the page says why."""
        if isinstance(exception, OldLoginRefused):
            if exception.verdict.expired:
                sessions.logout(request)
            return refuse_by_policy(request, exception.verdict)
        return None
