"""What every staff page of the campaign shares."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from design import Link
from design.page_request import current
from kernel.country_time import VIETNAM
from portal.accounts.duty.access import Acting, require_role
from portal.accounts.models import Profile
from portal.campaign import progress
from portal.campaign.four_eyes import Decider
from portal.config import CONFIG
from portal.i18n import _, lazy

PROPOSER, APPROVER = "policy_proposer", "policy_approver"
EITHER = require_role(PROPOSER, APPROVER)
ROLE_NAMES = {PROPOSER: lazy("proposes the date"), APPROVER: lazy("approves the date")}
KIND_NAMES = {
    "citizen": lazy("Citizens"),
    "official": lazy("Officials"),
    "organisation": lazy("Organisations"),
}


def page(request: HttpRequest, template: str, here: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of the campaign in its frame."""
    duty: Acting = request.duty  # type: ignore[attr-defined]
    frame = {
        "page_system": "desk",
        "site_name": _("The move of accounts"),
        "site_body": _(
            "%(portal)s · for officials", portal=CONFIG.name_vi if current().language == "vi" else CONFIG.name_en
        ),
        "person": f"{duty.full_name}, {ROLE_NAMES[duty.role]}",
        "account_href": "/cong-vu",
        "navigation": (
            Link(_("Overview"), "/dieu-hanh/tong-quan", "overview"),
            Link(_("Waves"), "/dieu-hanh/dot", "waves"),
            Link(_("Notices"), "/dieu-hanh/thong-bao", "notices"),
            Link(_("Exemptions"), "/dieu-hanh/mien-tru", "exemptions"),
            Link(_("Go or no-go"), "/dieu-hanh/cua", "gate"),
            Link(_("The date"), "/dieu-hanh/chinh-sach", "date"),
        ),
        "nav_current": here,
        "wide": True,
        "duty": duty,
        "kind_names": {kind: str(name) for kind, name in KIND_NAMES.items()},
        "local": lambda moment: moment.astimezone(VIETNAM),
    }
    return render(request, f"campaign/{template}.html", frame | context, status=status)


def cohort_of(request: HttpRequest) -> str:
    """The cohort that this page is asked about; "" for all, also when there is none of that name."""
    asked = request.GET.get("cohort", request.POST.get("cohort", ""))
    return asked if asked in progress.cohorts() else ""


def decider(request: HttpRequest) -> Decider:
    """The person behind this request, as four eyes need to know."""
    duty: Acting = request.duty  # type: ignore[attr-defined]
    index = Profile.objects.values_list("personal_id_index", flat=True).get(pk=duty.profile_id)
    return Decider(duty.actor, bytes(index) if index is not None else None)


def national_only() -> None:
    """The campaign is the national portal's. Raises Http404 elsewhere."""
    if not CONFIG.national:
        raise Http404
