"""Accounts that nobody claims are put away by rule, a dead person's is sealed; what is put away can be restored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from kernel import country_time
from portal.accounts import audit, codes, ledger, policy_store, signals
from portal.accounts.models import AccountLink, LedgerEntry, LoginSession, PortalAccount, State
from portal.accounts.sessions import end_sessions
from portal.claims import archiving, states
from portal.claims.archiving import ArchiveFacts
from portal.claims.models import Claim


def unclaimed(limit: int = 100_000) -> int:
    """Archive what the rule says, at most `limit`; returns how many. Without a policy nothing is archived."""
    done = 0
    for kind, cohort, since in _due():
        rows = PortalAccount.objects.filter(kind=kind, cohort=cohort, state__in=archiving.MAY_BE_ARCHIVED)
        for account_id in rows.values_list("pk", flat=True).iterator():
            if done >= limit:
                return done
            done += _archive_if_due(account_id, since)
    return done


def _due() -> Iterator[tuple[str, str, timedelta]]:
    """Kinds and cohorts whose date passed long enough ago, and how long."""
    held = policy_store.load().current
    rows = PortalAccount.objects.filter(state__in=archiving.MAY_BE_ARCHIVED)
    for kind, cohort in rows.values_list("kind", "cohort").distinct().order_by("kind", "cohort"):
        rule = held.rule_for(kind, cohort) if held else None
        since = country_time.now() - rule.ends_at if rule else timedelta(0)
        if since >= archiving.UNCLAIMED_FOR:
            yield kind, cohort, since


def _archive_if_due(account_id: UUID, since_date: timedelta) -> bool:
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        asked = Claim.objects.filter(portal_account=account, state__in=states.OPEN).exists()
        due = archiving.may_archive(ArchiveFacts(account.state, since_date, _since_act(account), asked))
        if due:
            _put_away(account, archiving.RULE, "system")
    return due


def _since_act(account: PortalAccount) -> timedelta | None:
    """Country time since somebody claimed it, its link was undone, or it was restored."""
    claims = Claim.objects.filter(portal_account=account).aggregate(made=Max("made_at"), decided=Max("decided_at"))
    undone = AccountLink.objects.filter(portal_account=account).aggregate(at=Max("undone_at"))["at"]
    restored = LedgerEntry.objects.filter(account=account, because="restored").values_list("facts__at", flat=True)
    moments = [claims["made"], claims["decided"], undone, *(datetime.fromisoformat(at) for at in restored if at)]
    newest = max((moment for moment in moments if moment is not None), default=None)
    return country_time.now() - newest if newest is not None else None


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
        ledger.because("restored", actor=actor, at=country_time.now().isoformat())
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
