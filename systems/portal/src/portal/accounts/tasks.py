"""Jobs of `accounts`: delivering messages, removing what has outlived its purpose."""

from __future__ import annotations

import json
import logging

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from portal.accounts.models import PendingNotice
from portal.config import CONFIG
from portal.eid_login import notices
from portal.eid_login.provider import ProviderRefused
from wire.delivery import Delivery

log = logging.getLogger(__name__)


@app.task(name="accounts.deliver", queue="messages", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
def deliver(*, notice_id: str) -> None:
    """Hand one message to its channel; done once, however often the job runs."""
    delivery = Delivery(CONFIG.sms_gateway_url, CONFIG.sms_gateway_token, CONFIG.smtp_url, CONFIG.mail_sender)
    with transaction.atomic():
        notice = PendingNotice.objects.select_for_update(skip_locked=True).filter(pk=notice_id).first()
        if notice is None:
            return
        if notice.channel == "sms":
            delivery.sms(notice.address, notice.text, notice_id)
        else:
            delivery.mail(notice.address, notice.subject, notice.text)
        notice.delete()


@app.task(name="accounts.tell_eid", queue="messages", retry=RetryStrategy(max_attempts=16, exponential_wait=2))
def tell_eid(*, notice_id: str) -> None:
    """Tell the e-ID's inbox of a person, for a day and a half where it does not answer; the e-ID knows it by its id."""
    with transaction.atomic():
        notice = PendingNotice.objects.select_for_update(skip_locked=True).filter(pk=notice_id).first()
        if notice is None:
            return
        try:
            notices.send(notice_id, notice.text, json.loads(notice.address))
        except ProviderRefused as refused:
            log.error("the e-ID takes no notice %s of us: %s", notice_id, refused)
        notice.delete()


class NotConserved(Exception):
    """An account or a record is not where it must be; the job fails, so that it is seen."""


@app.periodic(cron="20 3 * * *")
@app.task(name="accounts.reconcile", queue="housekeeping", pass_context=False)
def reconcile(timestamp: int) -> None:
    """Every night: is every account in one state, and every record there? Fails loudly when not."""
    from portal.accounts import audit, conservation

    found = conservation.faults()
    audit.record("reconciled", actor="system", subject="accounts", detail={"faults": len(found)})
    if found:
        raise NotConserved("; ".join(found))


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.purge", queue="housekeeping", pass_context=False)
def purge(timestamp: int) -> None:
    """Remove what has outlived its purpose, in every app."""
    from portal.accounts.actions.purge import purge_all

    purge_all()
