"""Freeze: whoever holds an old contact point can stop a link once, read-only for all, until the desk decides.

So can the register, when it finds that two people stand behind one number or one behind two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

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
        _freeze(account, found.link, "old_contact")
    return ""


def for_register(account_id: UUID) -> None:
    """Freeze the live link of an account whose owner's record was merged or split: the desk asks whose it is."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        link = AccountLink.objects.select_related("profile").filter(portal_account=account, undone_at=None).first()
        if link is not None and account.state != State.FROZEN:
            _freeze(account, link, "register")


def _freeze(account: PortalAccount, link: AccountLink, actor: str) -> None:
    ledger.because("frozen", actor=actor)
    account.state_before_freeze, account.state = account.state, State.FROZEN
    account.save(update_fields=["state", "state_before_freeze"])
    audit.record("frozen", actor=actor, subject=f"account:{account.pk}")
    messages.notify(link.profile, "frozen", at=now_text())
    signals.account_frozen.send(sender=None, account=account, link=link)
