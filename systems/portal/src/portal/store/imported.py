"""Documents that an imported old account brings along: name and hash are kept, the file itself stays where it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.accounts import signals
from portal.accounts.models import PortalAccount
from portal.store.models import Document, Source


def take_documents(account: PortalAccount, documents: list[dict[str, Any]], **_signal: Any) -> None:
    """Keep each document once (by hash) for the account's profile, in the import's transaction."""
    for row in documents:
        Document.objects.get_or_create(
            profile_id=account.profile_id,
            source=Source.OLD_ACCOUNT,
            sha256=row["sha256"],
            dossier_code="",
            defaults={"name": row["name"], "added_at": account.created_at or datetime.now(UTC)},
        )


def connect() -> None:
    """Listen to imports of old accounts."""
    signals.old_account_imported.connect(take_documents, dispatch_uid="store.take_documents")
