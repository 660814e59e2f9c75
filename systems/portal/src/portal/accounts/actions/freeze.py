"""Freeze: whoever holds an old contact point can stop a link once, read-only for all, until the desk decides."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from portal.accounts import audit, deciding, ledger, messages, signals
from portal.accounts.models import AccountLink, FreezeToken, PortalAccount, State
from portal.accounts.moments import now_text
from portal.accounts.undoing import FREEZE_FOR, FreezeCode, FreezeFacts
from portal.sealing import blind


def look(token: str) -> AccountLink | None:
    """The live link that this token can freeze; None when it is unknown, used, too old, or the link has ended."""
    found = _found(token)
    if found is None:
        return None
    allowed = deciding.decide(_facts(found, found.link.portal_account)) is FreezeCode.FROZEN
    return found.link if allowed else None


def _found(token: str) -> FreezeToken | None:
    rows = FreezeToken.objects.select_related("link__portal_account", "link__profile")
    return rows.filter(token_hash=blind(token, "freeze")).first()


def _facts(token: FreezeToken, account: PortalAccount) -> FreezeFacts:
    return FreezeFacts(
        token_age=FREEZE_FOR - (token.expires_at - datetime.now(UTC)),
        token_used=token.used_at is not None,
        link_live=token.link.undone_at is None,
        state=account.state,
    )


def execute(token: str) -> str:
    """Freeze; returns "" or the code of the refusal. Nothing else can be done with a token: no undo, no sign-in."""
    with transaction.atomic():
        found = _found(token)
        if found is None:
            return str(FreezeCode.REFUSED)
        account = PortalAccount.objects.select_for_update().get(pk=found.link.portal_account_id)
        found.refresh_from_db(fields=["used_at"])  # another use of the same token has waited for the same lock
        code = deciding.decide(_facts(found, account))
        if code is not FreezeCode.FROZEN:
            return str(code)
        found.used_at = datetime.now(UTC)
        found.save(update_fields=["used_at"])
        ledger.because("frozen", actor="old_contact")
        account.state_before_freeze, account.state = account.state, State.FROZEN
        account.save(update_fields=["state", "state_before_freeze"])
        audit.record("frozen", actor="old_contact", subject=f"account:{account.pk}")
        messages.notify(found.link.profile, "frozen", at=now_text())
        signals.account_frozen.send(sender=None, account=account, link=found.link)
    return ""
