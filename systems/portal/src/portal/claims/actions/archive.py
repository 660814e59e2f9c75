"""Accounts that nobody claims are put away by rule, a dead person's is sealed; what is put away can be restored."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, codes, ledger, policy_store, signals
from portal.accounts.models import LoginSession, PortalAccount, State
from portal.accounts.sessions import end_sessions
from portal.claims import archiving, states
from portal.claims.archiving import ArchiveFacts
from portal.claims.models import Claim


def unclaimed(limit: int = 10_000) -> int:
    """Archive what the rule says, at most `limit`; returns how many. Without a policy nothing is archived."""
    held = policy_store.load().current
    if held is None:
        return 0
    done = 0
    rows = PortalAccount.objects.filter(state__in=archiving.MAY_BE_ARCHIVED).values_list("pk", "kind", "cohort")
    for account_id, kind, cohort in rows[:limit].iterator():
        rule = held.rule_for(kind, cohort)
        since = country_time.now() - rule.ends_at if rule else None
        if since is None or since < archiving.UNCLAIMED_FOR:
            continue
        with transaction.atomic():
            account = PortalAccount.objects.select_for_update().get(pk=account_id)
            asked = Claim.objects.filter(portal_account=account, state__in=states.OPEN).exists()
            if archiving.may_archive(ArchiveFacts(account.state, since, asked)):
                _put_away(account, archiving.RULE, "system")
                done += 1
    return done


def seal_dead(account_id: UUID, *, actor: str) -> bool:
    """The register knows that the owner is dead: nobody signs in any more. False when the account is somebody's."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        if account.state not in archiving.MAY_BE_ARCHIVED:
            return False
        _put_away(account, "owner-dead", actor)
    return True


def restore(account_id: UUID, *, actor: str, reason: str) -> bool:
    """Back to waiting for a claim. False when it was not archived."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        if account.state != State.ARCHIVED or not reason.strip():
            return False
        ledger.because("restored", actor=actor)
        account.state = State.WAITING
        account.save(update_fields=["state"])
        audit.record("restored", actor=actor, subject=f"account:{account.pk}")
    return True


def _put_away(account: PortalAccount, rule: str, actor: str) -> None:
    """Records, contacts and hash stay as they are (a claim may still prove control); every session and code ends."""
    sids = list(LoginSession.objects.filter(portal_account=account).values_list("sid", flat=True))
    ledger.because("archived", actor=actor, by=rule)
    account.state = State.ARCHIVED
    account.save(update_fields=["state"])
    end_sessions(portal_account=account.pk)
    codes.end_all(str(account.pk))
    audit.record("archived", actor=actor, subject=f"account:{account.pk}", detail={"rule": rule})
    signals.logins_ended.send(sender=None, account=account, profile=account.profile, sids=sids)
