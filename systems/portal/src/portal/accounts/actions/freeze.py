"""Freeze: whoever holds an old contact point can stop a link once, read-only for all, until the desk decides."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from portal.accounts import audit, messages, signals
from portal.accounts.models import AccountLink, FreezeToken, PortalAccount, State
from portal.accounts.moments import now_text
from portal.sealing import blind


def look(token: str) -> AccountLink | None:
    """The live link that this token can freeze; None when it is unknown, used, too old, or the link has ended."""
    now = datetime.now(UTC)
    found = (
        FreezeToken.objects.select_related("link")
        .filter(token_hash=blind(token, "freeze"), used_at=None, expires_at__gt=now, link__undone_at=None)
        .first()
    )
    return found.link if found else None


def execute(token: str) -> str:
    """Freeze; returns "" or the code of the refusal. Nothing else can be done with a token: no undo, no sign-in."""
    with transaction.atomic():
        link = look(token)
        if link is None:
            return "FREEZE_REFUSED"
        used = FreezeToken.objects.filter(token_hash=blind(token, "freeze"), used_at=None)
        # guard: freeze-token-single-use
        if not used.update(used_at=datetime.now(UTC)):
            return "FREEZE_REFUSED"
        account = PortalAccount.objects.select_for_update().get(pk=link.portal_account_id)
        if account.state != State.LINKED:
            return "FREEZE_REFUSED"
        account.state_before_freeze, account.state = account.state, State.FROZEN
        account.save(update_fields=["state", "state_before_freeze"])
        audit.record("frozen", actor="old_contact", subject=f"account:{account.pk}")
        messages.notify(link.profile, "frozen", at=now_text())
        signals.account_frozen.send(sender=None, account=account, link=link)
    return ""
