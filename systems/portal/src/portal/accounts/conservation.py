"""Nothing is lost: every old account in exactly one state that its links and its ledger bear out, every record there.

`faults` asks this portal about itself (nightly, and `portal conservation verify`); `export` gives the same facts to
`linkage reconcile`, which compares them with what it took in and with the night before. No names, numbers, phones or
e-mail: what an account said at its registration is there as a keyed digest that only this portal can make.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from portal.accounts import holdings
from portal.accounts.duty.models import DutyGrant
from portal.accounts.holdings import Holding
from portal.accounts.models import AccountLink, LedgerEntry, PortalAccount, State
from portal.sealing import blind

SHOWN = 5
LASTING = {"dossiers.Dossier": "dossier", "store.Document": "document"}  # what nobody can remove; a draft may go
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
        select id from accounts_portalaccount where state in ('linked', 'claimed')
        and (password_hash <> '' or legacy_password is not null)""",
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
    """Accounts, then roles, then how many of both (a file without its end is not whole); docs/interfaces.md section 4.

    `holdings` and `things` are the same before a link, after it, and after its undo, because what a link moved is
    counted for the account that it came from.
    """
    counted = {"accounts": 0, "roles": 0}
    for row in _accounts():
        counted["accounts"] += 1
        yield row
    for grant in DutyGrant.objects.order_by("id").iterator():
        counted["roles"] += 1
        yield {"role_ref": str(grant.pk), "sha256": _role_digest(grant)}
    yield {"end": counted}


def _accounts() -> Iterator[dict[str, Any]]:
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
            "created_at": account.created_at.isoformat(),
            "registered": _said_at_registration(account),
            "holdings": _summed(held),
            "things": [
                [LASTING[each.model], each.pk, each.fingerprint]
                for each in sorted(set(held))
                if each.model in LASTING and each.fingerprint != "gone"
            ],
        }


def _said_at_registration(account: PortalAccount) -> str:
    """A digest under this portal's own key: nobody else can try names and numbers against it."""
    said = [account.kind, account.full_name, account.birth_date, account.personal_id, account.legacy_id9]
    return blind(json.dumps([*said, account.tax_code, account.created_at.isoformat()]), "registered").hex()


def _role_digest(grant: DutyGrant) -> str:
    """Who has which role where, from when; the number only as this portal's blind index."""
    told = [bytes(grant.personal_id_index or b"").hex(), grant.agency, grant.office, grant.role]
    return hashlib.sha256(json.dumps([*told, grant.valid_from.isoformat()]).encode()).hexdigest()


def _summed(held: list[Holding]) -> dict[str, dict[str, Any]]:
    by_model: dict[str, list[str]] = {}
    for each in sorted(set(held)):
        by_model.setdefault(each.model, []).append(each.fingerprint)
    return {
        model: {"count": len(prints), "sha256": hashlib.sha256("".join(sorted(prints)).encode()).hexdigest()}
        for model, prints in by_model.items()
    }
