"""Sending a browser to the e-ID: the redirect, the page when the e-ID is away, the header of forms that end there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from design.headers import CSP, content_security_policy
from portal.accounts.views.refusals import refuse
from portal.config import CONFIG
from portal.eid_login.provider import ProviderRefused, ProviderUnavailable
from portal.eid_login.start import Intent, start


def send_to_eid(request: HttpRequest, intent: Intent, **options: Any) -> HttpResponse:
    """Redirect to the e-ID for this intent; a named page when it cannot be reached (nothing has changed then)."""
    try:
        return HttpResponseRedirect(start(request, intent, **options), status=303)
    except ProviderUnavailable:
        return refuse(request, "VNEID_UNAVAILABLE")
    except ProviderRefused:
        return refuse(request, "VNEID_REFUSED")


def ends_at_eid(response: HttpResponse) -> HttpResponse:
    """Let the forms of this page end in a redirect to the e-ID (CSP `form-action`; a bare 'self' kills it)."""
    response.headers[CSP] = content_security_policy(form_action=CONFIG.eid_issuer)
    return response
