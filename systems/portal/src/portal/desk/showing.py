"""How the desk shows things: the frame of its pages, deadlines and comparisons in words, one line of the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from design.site import Link
from kernel import country_time
from portal.accounts.duty.access import Acting
from portal.dossiers import clocks, presenting, wording
from portal.dossiers.models import Dossier
from portal.dossiers.states import Act
from portal.i18n import _, lazy, ngettext

ACT_LABELS = {
    Act.ACCEPT: (lazy("Accept"), lazy("Give a receipt and an appointment for the result")),
    Act.REQUEST_SUPPLEMENT: (lazy("Ask for a supplement"), lazy("Once only, naming everything that is missing")),
    Act.REFUSE_RECEPTION: (lazy("Do not accept"), lazy("With the reason and the legal ground")),
    Act.START: (lazy("Begin processing"), None),
    Act.COMPLETE: (lazy("Finish: the result is ready"), None),
    Act.REFUSE: (lazy("Refuse"), lazy("With the reason and the legal ground")),
    Act.RETURN_RESULT: (lazy("The result was handed over"), None),
}


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page of the desk shares: accent, office, navigation, and whose desk it is."""
    acting: Acting = request.duty  # type: ignore[attr-defined]
    links = [
        Link(_("Waiting"), reverse("desk-queue"), "waiting"),
        Link(_("In hand"), reverse("desk-in-hand"), "in-hand"),
        Link(_("My roles"), "/cong-vu", "roles"),
    ]
    return {
        "page_system": "desk",
        "wide": True,
        "site_name": _("One-stop desk"),
        "site_body": presenting.office_name(acting.office) or acting.office,
        "navigation": links,
        "nav_current": here,
        "duty_person": f"{acting.full_name}, {acting.position}" if acting.position else acting.full_name,
    }


def clock_words(clock: clocks.Clock) -> str:
    """How a deadline stands, in words."""
    parts = []
    if clock.hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", clock.hours))
    if clock.minutes or not clock.hours:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", clock.minutes))
    text = " ".join(parts)
    return _("%(time)s over", time=text) if clock.tone == "late" else _("%(time)s left", time=text)


def queue_row(dossier: Dossier, names: dict[str, str], *, named: bool) -> dict[str, Any]:
    """One row of the queue as its page shows it; `named`: this official may know whose case it is."""
    clock = clocks.clock(dossier.respond_by, country_time.now()) if dossier.respond_by else None
    return {
        "dossier": dossier,
        "applicant": dossier.who.get("full_name", "") if named else _("Not shown to you (conflict of interest)"),
        "procedure": names.get(dossier.procedure_code, dossier.procedure_code),
        "received": presenting.local(dossier.submitted_at),
        "tone": clock.tone if clock else "",
        "left": clock_words(clock) if clock else "",
        "due": presenting.local(dossier.appointment_at) if dossier.appointment_at else None,
        "state": wording.state_words(dossier.state),
        "check": check_words(dossier.register_check),
    }


def check_words(check: dict[str, Any]) -> tuple[str, str]:
    """The register's last answer as (state of the mark, words)."""
    overall = check.get("overall")
    if overall is None:
        return "unverified", _("Not compared yet")
    if overall == "UNAVAILABLE":
        return "unverified", _("Waiting for the connection")
    if overall == "MATCH":
        return "verified", _("Matches")
    wrong = [name for name, result in check.get("fields", {}).items() if result not in ("MATCH", "INSUFFICIENT")]
    names = {"full_name": _("name"), "birth_date": _("date of birth"), "personal_id": _("number")}
    if wrong:
        return "mismatch", _("Differs: %(what)s", what=", ".join(names.get(name, name) for name in wrong))
    return (
        ("unverified", _("Not enough to compare")) if overall == "INSUFFICIENT" else ("mismatch", _("Does not match"))
    )


def checked_at(dossier: Dossier) -> str:
    """When the register was last asked, in words; empty if never."""
    at = dossier.register_check.get("at")
    return wording.plain_moment(datetime.fromisoformat(at)) if at else ""
