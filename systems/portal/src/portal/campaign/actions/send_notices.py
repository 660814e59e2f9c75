"""Send what the running waves owe today: as many as the help desks can bear, each person once for each channel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, messages
from portal.accounts.models import PortalAccount, State
from portal.campaign import progress, templates_of
from portal.campaign.models import CampaignSwitch, Wave, WaveNotice, WaveState
from portal.campaign.planning import Capacity, notices_today, personal_deadline

TELLS = (State.OPEN, State.MATCHED, State.CONFLICT, State.WAITING)
CHANNELS = ("sms", "email")
BATCH = 200


def execute() -> int:
    """How many accounts were told now. A frozen campaign tells nobody."""
    told = 0
    running = Wave.objects.filter(state=WaveState.RUNNING).order_by("starts_on")
    for wave_id in list(running.values_list("pk", flat=True)):
        told += _wave(wave_id)
    return told


def _wave(wave_id: Any) -> int:
    with transaction.atomic():
        CampaignSwitch.objects.get_or_create(slot=1)
        held = CampaignSwitch.objects.select_for_update().get(slot=1)
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        # guard: frozen-campaign-tells-nobody
        if held.frozen_by or wave.state != WaveState.RUNNING or wave.starts_on > country_time.today():
            return 0
        legal = progress.legal_date(wave.kind, wave.cohort)
        if legal is None or legal <= country_time.today():
            return 0
        accounts = _owed(wave)[: min(BATCH, _allowance(wave, held))]
        for account in accounts:
            _tell(wave, account, legal)
        if accounts:
            detail = {"accounts": len(accounts)}
            audit.record("wave.told", actor="system", subject=f"wave:{wave.pk}", detail=detail)
    return len(accounts)


def _allowance(wave: Wave, held: CampaignSwitch) -> int:
    capacity = Capacity(wave.per_day, held.answers_a_day, held.asks_percent, progress.now().backlog)
    midnight = country_time.now().replace(hour=0, minute=0, second=0, microsecond=0)
    sent = WaveNotice.objects.filter(told_at__gte=midnight).values("account").distinct().count()
    return notices_today(capacity, sent)


def _owed(wave: Wave) -> list[PortalAccount]:
    """Accounts of the wave that were not told in it yet, by age; those without any contact are for the communes."""
    told = WaveNotice.objects.filter(wave=wave).values("account")
    rows = PortalAccount.objects.filter(kind=wave.kind, cohort=wave.cohort, state__in=TELLS).exclude(pk__in=told)
    return list(rows.order_by("created_at", "pk")[:BATCH])


def _tell(wave: Wave, account: PortalAccount, legal: date) -> None:
    deadline = personal_deadline(country_time.today(), legal, wave.days)
    bounced = set(WaveNotice.objects.filter(account=account).exclude(bounced_at=None).values_list("channel", flat=True))
    addresses = dict(messages.contact_points(account))
    for channel in CHANNELS:
        # guard: bounced-address-is-not-used-again
        address = addresses.get(channel) if channel not in bounced else None
        if address:
            version, subject, text = templates_of.rendered(channel, deadline=deadline, legal=legal)
            sent: dict[str, Any] = {"channel": channel, "template_version": version}
            sent["notice"] = messages.send_text(channel, address, subject, text)
            WaveNotice.objects.create(wave=wave, account=account, deadline=deadline, told_at=country_time.now(), **sent)
    if not WaveNotice.objects.filter(wave=wave, account=account).exists():  # for the communes; the wave goes on
        WaveNotice.objects.create(
            wave=wave,
            account=account,
            channel="none",
            template_version=0,
            deadline=deadline,
            told_at=country_time.now(),
        )


def bounced(notice_ids: list[str]) -> int:
    """What a gateway or a mail server gave back: these addresses are not used again. Returns how many were known."""
    return WaveNotice.objects.filter(notice__in=notice_ids, bounced_at=None).update(bounced_at=country_time.now())
