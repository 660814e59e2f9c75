"""Excuse an account by law until a day: one person proposes, another approves; it ends by itself on its day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, ledger
from portal.accounts.models import PortalAccount, State
from portal.campaign.four_eyes import Decider
from portal.campaign.models import Exemption

MAY_BE_EXEMPT = (State.OPEN, State.MATCHED, State.CONFLICT, State.WAITING)


class ExemptionRefused(Exception):
    """Not possible; `code` says why. Nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def propose(account_id: UUID, legal_ground: str, until: date, proposer: Decider) -> Exemption:
    """Propose. Raises ExemptionRefused."""
    if len(legal_ground.strip()) < 5:
        raise ExemptionRefused("NO_LEGAL_GROUND")
    if until <= country_time.today():
        raise ExemptionRefused("NO_END")
    account = PortalAccount.objects.filter(pk=account_id, state__in=MAY_BE_EXEMPT).first()
    if account is None or proposer.person is None:
        raise ExemptionRefused("NOT_POSSIBLE")
    made = Exemption.objects.create(
        account=account,
        legal_ground=legal_ground.strip()[:200],
        until=until,
        proposed_by=proposer.actor,
        proposed_person=proposer.person,
    )
    audit.record("exemption.proposed", actor=proposer.actor, subject=f"account:{account.pk}")
    return made


def approve(exemption_id: UUID, approver: Decider) -> Exemption:
    """The second person's yes; from now on the account is exempt. Raises ExemptionRefused."""
    with transaction.atomic():
        exemption = Exemption.objects.select_for_update().get(pk=exemption_id)
        # guard: exemption-needs-two-persons
        if approver.person is None or bytes(exemption.proposed_person) == approver.person:
            raise ExemptionRefused("SAME_PERSON")
        account = PortalAccount.objects.select_for_update().get(pk=exemption.account_id)
        if exemption.approved_at is not None or account.state not in MAY_BE_EXEMPT:
            raise ExemptionRefused("NOT_POSSIBLE")
        exemption.approved_by, exemption.approved_at = approver.actor, country_time.now()
        exemption.state_before = account.state
        exemption.save()
        ledger.because("exempt", actor=approver.actor, ground=exemption.legal_ground, until=exemption.until.isoformat())
        account.state = State.EXEMPT
        account.save(update_fields=["state"])
        audit.record("exemption.approved", actor=approver.actor, subject=f"account:{account.pk}")
    return exemption


def end_over() -> int:
    """Exemptions whose day has passed: the account is what it was before, and is told in the next wave."""
    done = 0
    over = Exemption.objects.filter(ended_at=None, until__lt=country_time.today()).exclude(approved_at=None)
    for exemption_id in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            exemption = Exemption.objects.select_for_update().get(pk=exemption_id)
            account = PortalAccount.objects.select_for_update().get(pk=exemption.account_id)
            exemption.ended_at = country_time.now()
            exemption.save(update_fields=["ended_at"])
            if account.state == State.EXEMPT:
                ledger.because("exemption_over", actor="system", until=exemption.until.isoformat())
                account.state = exemption.state_before
                account.save(update_fields=["state"])
                done += 1
    return done
