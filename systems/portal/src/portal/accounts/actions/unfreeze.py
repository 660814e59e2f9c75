"""Take back a freeze: two officers of the desk found that the link stands. The other way out is the desk's undo."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portal.accounts import audit, deciding, ledger, messages, signals
from portal.accounts.models import AccountLink, PortalAccount, State
from portal.accounts.moments import now_text
from portal.accounts.undoing import FreezeCode, UnfreezeFacts


def by_officers(account_id: UUID, first: UUID, second: UUID, reason: str) -> str:
    """Unfreeze; returns "" or the code of the refusal."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        code = deciding.decide(UnfreezeFacts(account.state, len({first, second}), bool(reason.strip())))
        if code is not FreezeCode.UNFROZEN:
            return str(code)
        by = f"duty:{first}+duty:{second}"[:80]
        ledger.because("unfrozen", actor=by)
        account.state, account.state_before_freeze = account.state_before_freeze or State.LINKED, ""
        account.save(update_fields=["state", "state_before_freeze"])
        audit.record("unfrozen", actor=by, subject=f"account:{account.pk}", detail={"state": account.state})
        link = AccountLink.objects.select_related("profile").filter(portal_account=account, undone_at=None).first()
        if link is not None:
            messages.notify(link.profile, "unfrozen", at=now_text())
        signals.account_unfrozen.send(sender=None, account=account, link=link)
    return ""
