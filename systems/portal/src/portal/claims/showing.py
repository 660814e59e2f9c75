"""What the pages of the desk show of a claim: frame, rows, evidence, history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from design import Link
from design.page_request import current
from kernel import country_time
from kernel.working_days import national_calendar
from portal.accounts import holdings
from portal.accounts.duty.access import Acting
from portal.accounts.duty.rules import Role
from portal.accounts.models import AccountLink, PortalAccount
from portal.accounts.moments import country_moment
from portal.claims import handling, rules, wording
from portal.claims.models import Claim, Opinion
from portal.claims.states import Kind, State
from portal.config import CONFIG
from portal.dossiers import clocks
from portal.i18n import _, ngettext

OFFICE_HOURS = 8  # of a working day


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every officers' page of the desk shares."""
    duty: Acting = request.duty  # type: ignore[attr-defined]
    links = [Link(_("Claims"), "/ban-ho-tro", "queue")] if duty.role == Role.DESK_OFFICER else []
    links += [Link(_("Reviews"), "/ban-ho-tro/ra-soat", "reviews")] if duty.role == Role.DESK_REVIEWER else []
    links += [Link(_("Figures"), "/ban-ho-tro/so-lieu", "figures"), Link(_("My roles"), "/cong-vu", "roles")]
    return {
        "page_system": "desk",
        "wide": True,
        "site_name": _("Claim desk"),
        "site_body": _(
            "%(portal)s · for officials", portal=CONFIG.name_vi if current().language == "vi" else CONFIG.name_en
        ),
        "duty_person": f"{duty.full_name}, {duty.position}" if duty.position else duty.full_name,
        "navigation": links,
        "nav_current": here,
        "duty": duty,
    }


def state_words(claim: Claim) -> tuple[str, str]:
    """The state and its tone."""
    words, tone = wording.STATES[State(claim.state)]
    return str(words), tone


def clock_of(due_at: datetime | None) -> tuple[str, str] | None:
    """How the desk's deadline stands, in office time: (words, tone)."""
    if due_at is None:
        return None
    now, calendar = country_time.now(), national_calendar()
    late = now > due_at
    span = calendar.working_time(due_at, now) if late else calendar.working_time(now, due_at)
    days, hours = divmod(int(span.total_seconds() // 3600), OFFICE_HOURS)
    parts = [ngettext("%(num)s working day", "%(num)s working days", days)] if days else []
    if hours or not days:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    text = " ".join(parts)
    if late:
        return _("%(time)s over", time=text), "late"
    return _("%(time)s left", time=text), "soon" if span < clocks.SOON else "ok"


def _day(moment: datetime) -> str:
    """`22/4/2024`: as days are written here."""
    return country_time.short_date(country_moment(moment).date())


def _at(moment: datetime) -> str:
    """`15:01, 04/5/2024`."""
    return f"{country_moment(moment):%H:%M}, {_day(moment)}"


def row(claim: Claim) -> dict[str, Any]:
    """One row of a list: no name and no number, so that a list tells nobody anything about a neighbour."""
    return {
        "claim": claim,
        "kind": str(wording.KINDS[Kind(claim.kind)]),
        "state": state_words(claim),
        "clock": clock_of(claim.due_at),
        "made": country_moment(claim.made_at),
        "why": [str(wording.REVIEWS[why]) for why in claim.review_why],
    }


def evidence(claim: Claim, *, third_link: bool = False) -> list[tuple[str, str, tuple[str, str]]]:
    """(ground, what was checked, (mark, words)) for the table of grounds, from stored facts only."""
    if claim.kind == Kind.FREEZE:
        return _freeze_grounds(claim)
    level = ("verified", _("Met")) if claim.eid_level >= 2 else ("mismatch", _("Not met"))
    rows = [
        (
            _("Identity"),
            _("VNeID level %(level)s, asked at %(at)s", level=claim.eid_level, at=_at(claim.made_at)),
            level,
        )
    ]
    account = claim.portal_account
    if account is None:
        rows.append((_("Account"), _("Not named yet"), ("unverified", _("Missing"))))
        return rows
    if claim.kind == Kind.ACCOUNT:
        words, mark = wording.AGREEMENTS[handling.agreement(account, claim.profile)]
        rows.append(
            (
                _("The person of the account"),
                str(words),
                (mark, _("Agrees") if mark == "verified" else _("Look closely")),
            )
        )
    for proof in claim.proofs.order_by("at"):
        fits = ("verified", _("Shown")) if proof.fits else ("mismatch", _("Failed"))
        rows.append((str(wording.PROOFS[rules.ProofKind(proof.kind)]), _at(proof.at), fits))
    rows.append(_enough(claim, account))
    if third_link:
        rows.append((_("Third link in 90 days"), _("It was linked and undone before"), ("mismatch", _("Look closely"))))
    return rows


def _enough(claim: Claim, account: PortalAccount) -> tuple[str, str, tuple[str, str]]:
    shown = handling.shown(claim)
    if claim.kind == Kind.HEIR:
        enough = "papers" in shown
    else:
        enough = rules.enough(handling.agreement(account, claim.profile), shown)
    return (
        _("Control, by the rule"),
        _("Needed before the account can be given"),
        (("verified", _("Enough")) if enough else ("unverified", _("Not enough yet"))),
    )


def _freeze_grounds(claim: Claim) -> list[tuple[str, str, tuple[str, str]]]:
    link = AccountLink.objects.filter(portal_account_id=claim.portal_account_id, undone_at=None).first()
    if link is None:
        return []
    control = (
        _("Old password and its code, then VNeID, in one sitting")
        if link.how == "link"
        else _("VNeID level 2, the same number")
    )
    if link.how == "desk":
        control = _("By this desk: %(reference)s", reference=link.evidence.get("claim", "-"))
    return [
        (_("Link"), _at(link.linked_at), ("verified", _("VNeID level %(level)s", level=link.level))),
        (_("How it was made"), control, ("verified", _("Shown"))),
        (_("Freeze"), _("By a holder of an old contact point, once"), ("mismatch", _("Look closely"))),
    ]


def account_card(account: PortalAccount | None) -> list[dict[str, Any]]:
    """What an officer may know about the account: nothing that the claimant could copy from it."""
    if account is None:
        return []
    held = holdings.count(account.profile_id)
    last = account.last_sign_in_at
    return [
        {"key": _("Made"), "value": _day(account.created_at)},
        {"key": _("Last sign-in"), "value": _day(last) if last else "-"},
        {"key": _("Dossiers"), "value": str(held.get("dossiers.Dossier", 0))},
        {"key": _("Papers"), "value": str(held.get("store.Document", 0))},
    ]


def opinions(claim: Claim, viewer: Acting) -> list[Opinion]:
    """Opinions that this official may see: the drawn one sees the first only after reading the evidence."""
    rows = Opinion.objects.filter(claim=claim).select_related("grant").order_by("round", "place")
    if claim.state == State.SECOND and (claim.second_grant_id != viewer.grant_id or claim.second_saw_at is None):
        own = {viewer.grant_id}
        # guard: first-opinion-hidden-until-read
        return [o for o in rows if o.round < claim.round or o.grant_id in own]
    return list(rows)
