"""`/dieu-hanh/mien-tru`: accounts that the law excuses until a day; one person proposes, another approves."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.duty.access import enforce
from portal.accounts.finding import by_identifier
from portal.campaign.actions import exempt
from portal.campaign.actions.exempt import ExemptionRefused
from portal.campaign.models import Exemption
from portal.campaign.views.frame import EITHER, decider, national_only, page
from portal.campaign.views.waves import read_day
from portal.i18n import lazy

REFUSALS = {
    "NO_LEGAL_GROUND": lazy("Name the law on which the exemption rests"),
    "NO_END": lazy("Enter the last day, after today"),
    "NOT_POSSIBLE": lazy("No account that can be exempted was found by that"),
    "SAME_PERSON": lazy("Another person has to approve this"),
}
FIELDS = {"NO_LEGAL_GROUND": "ground", "NO_END": "until", "NOT_POSSIBLE": "account", "SAME_PERSON": "account"}


@require_http_methods(["GET", "POST"])
@EITHER
def exemptions(request: HttpRequest) -> HttpResponse:
    """What waits, what holds; posting proposes."""
    national_only()
    if request.method == "POST":
        found = by_identifier(request.POST.get("account", "")[:40])
        until = read_day(request.POST.get("until", ""))
        try:
            if len(found) != 1:
                raise ExemptionRefused("NOT_POSSIBLE")
            if until is None:
                raise ExemptionRefused("NO_END")
            with transaction.atomic():
                enforce(request.duty)  # type: ignore[attr-defined]
                exempt.propose(found[0].pk, request.POST.get("ground", ""), until, decider(request))
        except ExemptionRefused as refused:
            return _page(request, refused.code)
        return HttpResponseRedirect("/dieu-hanh/mien-tru")
    return _page(request)


@require_POST
@EITHER
def approve(request: HttpRequest, exemption_id: UUID) -> HttpResponse:
    """The second person's yes."""
    national_only()
    try:
        with transaction.atomic():
            enforce(request.duty)  # type: ignore[attr-defined]
            exempt.approve(exemption_id, decider(request))
    except ExemptionRefused as refused:
        return _page(request, refused.code)
    return HttpResponseRedirect("/dieu-hanh/mien-tru")


def _page(request: HttpRequest, code: str = "") -> HttpResponse:
    errors = {FIELDS[code]: str(REFUSALS[code])} if code else {}
    typed = {name: request.POST.get(name, "")[:200] for name in ("account", "ground", "until")}
    rows = Exemption.objects.filter(ended_at=None).select_related("account").order_by("until")
    return page(request, "exemptions", "exemptions", 409 if code else 200, rows=rows, errors=errors, typed=typed)
