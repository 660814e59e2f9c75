"""Dossiers that an imported old account brings along: they come in with the account, in its transaction."""

from __future__ import annotations

from typing import Any

from portal.accounts import signals
from portal.accounts.models import PortalAccount
from portal.dossiers.actions.import_old import import_old


def take_dossiers(account: PortalAccount, dossiers: list[dict[str, Any]], **_signal: Any) -> None:
    """Keep the dossiers for the account's profile, in the import's transaction."""
    import_old(account.profile_id, dossiers)


def connect() -> None:
    """Listen to imports of old accounts."""
    signals.old_account_imported.connect(take_dossiers, dispatch_uid="dossiers.take_dossiers")
