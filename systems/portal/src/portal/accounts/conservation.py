"""Nothing is lost: every old account in exactly one state that its links and its ledger bear out, every record there.

`faults` asks this portal about itself (nightly, and `portal conservation verify`); `export` gives the same facts to
`linkage reconcile`, which compares them with an export from before the move. No names, numbers, phones or e-mail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from portal.accounts import holdings
from portal.accounts.holdings import Holding
from portal.accounts.models import AccountLink, LedgerEntry, PortalAccount, State

SHOWN = 5
FINAL = (State.LINKED, State.CLAIMED, State.ARCHIVED, State.EXEMPT)
QUESTIONS = {
    "held without a live link": """
        select a.id from accounts_portalaccount a where a.state in ('linked', 'claimed', 'frozen') and not exists
        (select 1 from accounts_accountlink l where l.portal_account_id = a.id and l.undone_at is null)""",
    "a live link of an account that is nobody's": """
        select a.id from accounts_portalaccount a join accounts_accountlink l on l.portal_account_id = a.id
        where l.undone_at is null and a.state not in ('linked', 'claimed', 'frozen')""",
    "two live links": """
        select portal_account_id from accounts_accountlink where undone_at is null group by 1 having count(*) > 1""",
    "a state that the ledger does not bear out": """
        select a.id from accounts_portalaccount a left join lateral (select to_state from accounts_ledgerentry e
        where e.account_id = a.id order by e.id desc limit 1) last on true
        where last.to_state is distinct from a.state""",
    "a gap in the ledger": """
        select account_id from (select account_id, from_state, lag(to_state, 1, '') over
        (partition by account_id order by id) as before from accounts_ledgerentry) e where from_state <> before""",
    "a change that nobody explained": """
        select account_id from accounts_ledgerentry where because = 'unexplained'""",
    "a password of a held account": """
        select id from accounts_portalaccount where state in ('linked', 'claimed') and password_hash <> ''""",
}


def faults() -> list[str]:
    """What does not add up, one line for each kind, with the first accounts; empty when all is there."""
    found = []
    with connection.cursor() as cursor:
        for what, question in QUESTIONS.items():
            cursor.execute(question)
            rows = [str(row[0]) for row in cursor.fetchall()]
            if rows:
                found.append(f"{what}: {len(rows)} ({', '.join(rows[:SHOWN])})")
    lost = [str(link.portal_account_id) for link in _live_links() if not _all_there(link)]
    if lost:
        found.append(f"a record that a link moved is gone: {len(lost)} ({', '.join(lost[:SHOWN])})")
    return found


def _live_links() -> Iterator[AccountLink]:
    return AccountLink.objects.filter(undone_at=None).iterator()


def _moved(link: AccountLink) -> list[Holding]:
    return [Holding(*row) for row in json.loads(link.snapshot)["holdings"]]


def _all_there(link: AccountLink) -> bool:
    return all(each.fingerprint != "gone" for each in holdings.look_again(_moved(link)))


def export() -> Iterator[dict[str, Any]]:
    """One row for each account: state, links, the decision behind the state, and what it holds, wherever it lies now.

    `holdings`: by model, `count` and `sha256` over the sorted fingerprints. The same before a link, after it, and after
    its undo, because what a link moved is counted for the account that it came from.
    """
    for account in PortalAccount.objects.order_by("created_at", "id").iterator():
        last = LedgerEntry.objects.filter(account=account).order_by("-id").first()
        links = AccountLink.objects.filter(portal_account=account)
        live = links.filter(undone_at=None).first()
        held = holdings.look(account.profile_id) + (holdings.look_again(_moved(live)) if live else [])
        yield {
            "account_ref": str(account.pk),
            "kind": account.kind,
            "cohort": account.cohort,
            "state": account.state,
            "final": account.state in FINAL,
            "links": links.count(),
            "live_link": live is not None,
            "because": last.because if last else "",
            "rule": last.rule if last else "",
            "holdings": _summed(held),
        }


def _summed(held: list[Holding]) -> dict[str, dict[str, Any]]:
    by_model: dict[str, list[str]] = {}
    for each in sorted(set(held)):
        by_model.setdefault(each.model, []).append(each.fingerprint)
    return {
        model: {"count": len(prints), "sha256": hashlib.sha256("".join(sorted(prints)).encode()).hexdigest()}
        for model, prints in by_model.items()
    }
