"""`/dieu-hanh/dot` and `/dieu-hanh/thong-bao`: waves, their pace, and the words of the notices."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from kernel import country_time
from portal.accounts import audit
from portal.accounts.cutover import ACCOUNT_KINDS, DEFAULT_COHORT
from portal.accounts.duty.access import enforce
from portal.campaign import progress, templates_of
from portal.campaign.models import CampaignSwitch, NoticeTemplate, Wave, WaveState
from portal.campaign.planning import personal_deadline
from portal.campaign.views.frame import EITHER, national_only, page
from portal.i18n import _, lazy

STATES = {
    WaveState.DRAFT: (lazy("Not begun"), "plain"),
    WaveState.RUNNING: (lazy("Running"), "ok"),
    WaveState.PAUSED: (lazy("Paused"), "wait"),
    WaveState.ENDED: (lazy("Ended"), "plain"),
}
NEXT = {
    "start": ((WaveState.DRAFT, WaveState.PAUSED), WaveState.RUNNING),
    "pause": ((WaveState.RUNNING,), WaveState.PAUSED),
    "end": ((WaveState.RUNNING, WaveState.PAUSED, WaveState.DRAFT), WaveState.ENDED),
}
FAULTS = {
    "TEMPLATE_SHORT": lazy("Write at least 20 characters"),
    "TEMPLATE_UNKNOWN_PLACE": lazy("Only {portal}, {deadline}, {date} and {address} are filled in"),
    "TEMPLATE_WITHOUT_DATE": lazy("Say the date of the law: {date}"),
    "TEMPLATE_WITHOUT_SUBJECT": lazy("A mail needs a subject"),
    "TEMPLATE_LONG": lazy("An SMS has at most 320 characters once it is filled in"),
    "TEMPLATE_FOREIGN_ADDRESS": lazy("Use {address}; other addresses look like fraud"),
    "TEMPLATE_CHANNEL": lazy("There is no such channel"),
}
EXAMPLE_DAYS = 21
FIELDS = ("name", "kind", "cohort", "starts_on", "days", "per_day")
CHANNEL_NAMES = {"sms": lazy("SMS"), "email": lazy("E-mail"), "sign_in": lazy("At sign-in")}


@require_http_methods(["GET", "POST"])
@EITHER
def waves(request: HttpRequest) -> HttpResponse:
    """All waves; posting makes one."""
    national_only()
    errors: dict[str, str] = {}
    typed = {name: request.POST.get(name, "").strip()[:80] for name in FIELDS}
    if request.method == "POST":
        errors = _make(request, typed)
        if not errors:
            return HttpResponseRedirect("/dieu-hanh/dot")
    rows = Wave.objects.annotate(told=Count("notices__account", distinct=True)).order_by("starts_on", "name")
    context = {
        "rows": [(wave, str(STATES[WaveState(wave.state)][0]), STATES[WaveState(wave.state)][1]) for wave in rows],
        "switch": progress.switch(),
        "errors": errors,
        "typed": typed,
    }
    return page(request, "waves", "waves", 422 if errors else 200, **context)


def _make(request: HttpRequest, typed: dict[str, str]) -> dict[str, str]:
    starts_on = read_day(typed["starts_on"])
    days, per_day = _number(typed["days"], 1, 120), _number(typed["per_day"], 1, 1_000_000)
    table = (
        ("name", len(typed["name"]) < 3, _("Give the wave a name")),
        ("kind", typed["kind"] not in ACCOUNT_KINDS, _("Choose the accounts")),
        (
            "starts_on",
            starts_on is None or starts_on < country_time.today(),
            _("Enter a day from today on, for example 06/5/2024"),
        ),
        ("days", days is None, _("Enter 1 to 120 days")),
        ("per_day", per_day is None, _("Enter how many are told in a day")),
    )
    errors = {field: text for field, wrong, text in table if wrong}
    if errors or starts_on is None or days is None or per_day is None:
        return errors
    duty = request.duty  # type: ignore[attr-defined]
    with transaction.atomic():
        enforce(duty)
        made = Wave.objects.create(
            name=typed["name"],
            kind=typed["kind"],
            cohort=typed["cohort"] or DEFAULT_COHORT,
            starts_on=starts_on,
            days=days,
            per_day=per_day,
            made_by=duty.actor,
        )
        audit.record("wave.made", actor=duty.actor, subject=f"wave:{made.pk}")
    return {}


@require_POST
@EITHER
def change(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Start, pause or end a wave."""
    national_only()
    act = NEXT.get(request.POST.get("act", ""))
    duty = request.duty  # type: ignore[attr-defined]
    with transaction.atomic():
        enforce(duty)
        wave = Wave.objects.select_for_update().filter(pk=wave_id).first()
        if wave is None or act is None:
            raise Http404
        if wave.state in act[0]:
            wave.state = act[1]
            wave.save(update_fields=["state"])
            audit.record("wave.changed", actor=duty.actor, subject=f"wave:{wave.pk}", detail={"state": wave.state})
    return HttpResponseRedirect("/dieu-hanh/dot")


@require_POST
@EITHER
def freeze(request: HttpRequest) -> HttpResponse:
    """Stop every wave at once, or go on; and what the desks can bear."""
    national_only()
    duty = request.duty  # type: ignore[attr-defined]
    with transaction.atomic():
        enforce(duty)
        progress.switch()
        held = CampaignSwitch.objects.select_for_update().get(slot=1)
        act = request.POST.get("act", "")
        if act == "freeze":
            held.frozen_by, held.frozen_why = duty.actor, request.POST.get("why", "").strip()[:300] or "-"
        elif act == "go_on":
            held.frozen_by = held.frozen_why = ""
        elif act == "capacity":
            held.answers_a_day = _number(request.POST.get("answers", ""), 0, 1_000_000) or 0
            held.asks_percent = _number(request.POST.get("asks", ""), 0, 100) or 0
        held.save()
        audit.record("campaign.switch", actor=duty.actor, subject="campaign", detail={"act": act})
    return HttpResponseRedirect("/dieu-hanh/dot")


@require_http_methods(["GET", "POST"])
@EITHER
def notices(request: HttpRequest) -> HttpResponse:
    """The words of each channel: the newest version, how it reads, and the form for the next one."""
    national_only()
    channel = request.POST.get("channel", "")
    subject, text = request.POST.get("subject", "").strip()[:120], request.POST.get("text", "").strip()[:4000]
    fault = ""
    if request.method == "POST":
        fault = templates_of.fault(channel, subject, text)
        if not fault and "save" in request.POST:
            _save(request, channel, subject, text)
            return HttpResponseRedirect("/dieu-hanh/thong-bao")
    legal = progress.legal_date() or country_time.today()
    own_day = personal_deadline(country_time.today(), legal, EXAMPLE_DAYS)
    parts = []
    for each in templates_of.CHANNELS:
        version, own_subject, own_text = templates_of.newest(each)
        if each == channel:
            own_subject, own_text = subject, text
        parts.append(
            {
                "channel": each,
                "name": str(CHANNEL_NAMES[each]),
                "version": version,
                "subject": own_subject,
                "text": own_text,
                "shown_subject": templates_of.filled(own_subject, own_day, legal),
                "shown": templates_of.filled(own_text, own_day, legal).split("\n\n"),
                "error": str(FAULTS[fault]) if fault and each == channel else "",
            }
        )
    errors = {f"text-{channel}": str(FAULTS[fault])} if fault else {}
    return page(request, "notices", "notices", 422 if fault else 200, parts=parts, errors=errors)


def _save(request: HttpRequest, channel: str, subject: str, text: str) -> None:
    duty = request.duty  # type: ignore[attr-defined]
    with transaction.atomic():
        enforce(duty)
        CampaignSwitch.objects.get_or_create(slot=1)
        CampaignSwitch.objects.select_for_update().get(slot=1)
        version = templates_of.newest(channel)[0] + 1
        NoticeTemplate.objects.create(channel=channel, version=version, subject=subject, text=text, made_by=duty.actor)
        audit.record("template.saved", actor=duty.actor, subject=f"template:{channel}", detail={"version": version})


def read_day(text: str) -> date | None:
    """A day as people write it, 06/5/2024; None when it is none."""
    try:
        day, month, year = (int(part) for part in text.replace("-", "/").replace(".", "/").split("/"))
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else None
