"""`portal old-accounts export`: every old account as one line, for a dry run by `linkage` (NDJSON, streamed).

What the account said when it was registered, as an import takes it, with its id and state, and what it holds by
reference. It is the agency's own data in clear: the file is for the operator's disk, never for the wire of a citizen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.accounts import holdings
from portal.accounts.models import PortalAccount

DOSSIER, DOCUMENT = "dossiers.Dossier", "store.Document"


def rows() -> Iterator[dict[str, Any]]:
    """One row for each account, oldest first; memory does not grow with their number. Never a password or its hash."""
    for account in PortalAccount.objects.order_by("created_at", "id").iterator():
        held = holdings.look(account.profile_id)
        yield {
            "account_key": str(account.pk),
            "kind": account.kind,
            "state": account.state,
            "cohort": account.cohort,
            "commune": account.commune or None,
            "personal_id": account.personal_id,
            "legacy_id9": account.legacy_id9,
            "tax_code": account.tax_code,
            "full_name": account.full_name,
            "birth_date": account.birth_date,
            "phone": account.phone,
            "email": account.email,
            "created_at": account.created_at.isoformat(),
            "last_sign_in_at": account.last_sign_in_at.isoformat() if account.last_sign_in_at else None,
            "dossiers": sorted(one.pk for one in held if one.model == DOSSIER),
            "documents": sorted(one.pk for one in held if one.model == DOCUMENT),
        }
