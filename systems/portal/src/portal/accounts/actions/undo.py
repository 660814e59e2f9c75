"""Undo of a link: the owner within 30 days, or two officers. Records return exactly; credentials never do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, holdings, linking, messages, policy, signals
from portal.accounts.models import AccountLink, ContactPoint, PortalAccount, Profile, State
from portal.accounts.moments import now_text
from portal.accounts.persons import profile_of
from portal.eid_login.callback import Result

FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Undone:
    """ "" and how many records returned, or the code of the refusal."""

    refused: str
    returned: int = 0


def by_owner(link_id: UUID, result: Result) -> Undone:
    """Undo with a fresh e-ID sign-in that was started for this undo (`result`)."""
    with transaction.atomic():
        link = AccountLink.objects.select_for_update().filter(pk=link_id).first()
        if link is None:
            return Undone("UNDO_NOT_LINKED")
        who = result.identity
        owner = profile_of(who.issuer, who.sub)
        refused = linking.may_undo(
            live=link.undone_at is None,
            days_since_link=(country_time.now() - link.linked_at) / timedelta(days=1),
            level=who.eid_level,
            link_level=link.level,
            # guard: undo-needs-a-fresh-eid-login
            fresh=result.intent == "undo"
            and result.about.get("link") == str(link_id)
            and who.auth_time >= result.started_at - 60
            and datetime.now(UTC).timestamp() - result.started_at <= FRESH.total_seconds() + 600,
            # guard: undo-only-by-the-owner
            own=owner is not None and owner.pk == link.profile_id,
        )
        return Undone(refused) if refused else _write(link, f"profile:{link.profile_id}")


def by_officers(link_id: UUID, first: UUID, second: UUID, reason: str) -> Undone:
    """Undo by the claim desk: two different officers and a reason; no time limit."""
    if first == second or not reason.strip():
        raise ValueError("two officers and a reason")
    with transaction.atomic():
        link = AccountLink.objects.select_for_update().filter(pk=link_id, undone_at=None).first()
        if link is None:
            return Undone("UNDO_NOT_LINKED")
        return _write(link, f"duty:{first}+duty:{second}"[:80])


def _write(link: AccountLink, by: str) -> Undone:
    account = PortalAccount.objects.select_for_update().get(pk=link.portal_account_id)
    if account.state == State.FROZEN and by.startswith("profile:"):
        return Undone("ACCOUNT_FROZEN")
    kept = json.loads(link.snapshot)
    held = [holdings.Holding(*row) for row in kept["holdings"]]
    # guard: undo-returns-exactly
    if holdings.digest(holdings.read_again(held)) != link.snapshot_hash:
        return Undone("UNDO_CHANGED")
    returned = len(holdings.move(held, account.profile_id))
    if returned != len(held):
        transaction.set_rollback(True)
        return Undone("UNDO_CHANGED")
    _reopen(account, kept)
    ContactPoint.objects.filter(profile=link.profile_id, source="old", confirmed_at=None).delete()
    link.undone_at, link.undone_by = country_time.now(), by
    link.save(update_fields=["undone_at", "undone_by"])
    detail = {"returned": returned, "snapshot": link.snapshot_hash, "state": account.state}
    audit.record("link_undone", actor=by, subject=f"account:{account.pk}", detail=detail)
    person = Profile.objects.get(pk=link.profile_id)
    messages.notify(person, "undone", at=now_text())
    messages.notify(account, "undone", at=now_text())
    signals.link_undone.send(sender=None, link=link, account=account, profile=person)
    return Undone("", returned)


def _reopen(account: PortalAccount, kept: dict[str, str | None]) -> None:
    """The match is cleared, the contact points can take a code again; the password stays ended."""
    verdict = policy.judge(account.kind, account.cohort)
    account.state = linking.state_after_undo(date_passed=not verdict.allowed)
    account.phone, account.email = kept["phone"], kept["email"]
    account.state_before_freeze = ""
    account.password_hash = ""
    account.matched_at = account.matched_personal_id = None
    account.matched_full_name = account.matched_birth_date = None
    account.save()
