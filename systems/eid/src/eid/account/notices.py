"""Tells an owner at once, by SMS, or by mail without phone: a try of the number, a request that waits, a claim."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import design.i18n
import design.page_request
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.database import AWAY
from eid.storage.queues import NoticeTask, Queues
from kernel import country_time
from wire.delivery import Delivery, DeliveryFailed

IDLE: Final = 0.5
REQUEST_WAITING: Final = "request_waiting"
NUMBER_CLAIMED: Final = "number_claimed"
CLAIM_GRANTED: Final = "claim_granted"
log = logging.getLogger("eid.notices")
_ = design.i18n.catalogue("eid").gettext


@dataclass(frozen=True)
class Notices:
    """One worker per process, from a durable queue."""

    issuer: str
    accounts: Accounts
    queues: Queues
    delivery: Delivery
    audit: Audit

    async def run(self) -> None:
        """Forever: take what is due, send it, wait a moment when there is nothing."""
        while True:
            try:
                tasks = await self.queues.take_notices(datetime.now(UTC))
                for task in tasks:
                    await self._send(task)
                if tasks:
                    continue
            except AWAY:
                log.warning("the database is away")
            await asyncio.sleep(IDLE)

    async def _send(self, task: NoticeTask) -> None:
        person = await self.accounts.person(task.account_id)
        text = self._text(task)
        try:
            if person.phone is not None:
                await self.delivery.asms(person.phone, text, f"notice:{task.id}")
            elif person.email is not None:
                await self.delivery.amail(person.email, _subject(task), text)
        except DeliveryFailed:
            log.warning("a notice could not be sent (attempt %d)", task.attempts)
            await self.queues.failed("notice_queue", task.id, task.attempts, datetime.now(UTC))
            return
        await self.queues.done("notice_queue", task.id, datetime.now(UTC))
        await self.audit.write("owner_told", account_id=task.account_id, kind=task.kind)

    def _text(self, task: NoticeTask) -> str:
        """In both languages: a notice has no request whose language could be known."""
        at = (task.happened_at + (country_time.now() - datetime.now(UTC))).astimezone(country_time.VIETNAM)
        parts = []
        for language in ("vi", "en"):
            with design.page_request.answering(design.page_request.PageRequest(language)):
                parts.append(self._sentence(task, task.agency.get(language), country_time.news_time(at, language)))
        return "\n".join(parts)

    def _sentence(self, task: NoticeTask, agency: str, when: str) -> str:
        if task.kind == REQUEST_WAITING:
            return _(
                "%(agency)s asks you to confirm something with your VNeID account (%(when)s). Look and decide at"
                " %(address)s. If you are not doing anything there right now, do not allow it.",
                agency=agency,
                when=when,
                address=f"{self.issuer}/account/requests",
            )
        if task.kind == NUMBER_CLAIMED:
            return _(
                "%(agency)s: the claim desk granted another person's request about an old account that carries your"
                " personal number (%(when)s); it takes effect in 72 hours. If that is wrong, sign in there and stop it"
                " before. See %(address)s",
                agency=agency,
                when=when,
                address=f"{self.issuer}/account/notices",
            )
        if task.kind == CLAIM_GRANTED:
            return _(
                "%(agency)s: the claim desk granted your request about an old account (%(when)s); it takes effect in 72"
                " hours. If you did not ask for it, sign in there and withdraw it. See %(address)s",
                agency=agency,
                when=when,
                address=f"{self.issuer}/account/notices",
            )
        return _(
            "%(agency)s just checked your personal number against the population database (%(when)s)."
            " If it was not you, see %(address)s",
            agency=agency,
            when=when,
            address=f"{self.issuer}/account/activity",
        )


def _subject(task: NoticeTask) -> str:
    if task.kind == REQUEST_WAITING:
        return _("A service asks you to confirm something")
    if task.kind == NUMBER_CLAIMED:
        return _("Somebody else asked for an account with your number")
    if task.kind == CLAIM_GRANTED:
        return _("The claim desk granted your request")
    return _("Your personal number was used at a portal")
