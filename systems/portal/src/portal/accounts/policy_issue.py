"""The national portal's side of the policy: a new version takes effect, at once or when every portal has it.

Who may propose and approve is `campaign`'s; how versions travel is `exchange`'s, which listens to `policy_changed`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal

from kernel import country_time
from portal.accounts import audit
from portal.accounts.cutover import PolicyDocument, Rule, digest, needs_acknowledgement
from portal.accounts.models_policy import THE_SLOT, PolicyCopy, PolicyHolder, PolicyVersion
from portal.accounts.policy_store import own_store, read, sign

policy_changed = Signal()
"""Sent inside the transaction that changed what holds or awaits; `exchange` tells every portal."""


class ChangeWaits(Exception):
    """Another change still waits for acknowledgements; it must take effect or be withdrawn first."""


def issue(rules: tuple[Rule, ...], *, reason: str, proposed_by: str, approved_by: str) -> PolicyDocument:
    """Sign the next version. It takes effect at once, unless it brings a date to less than ten minutes from now:
    then it awaits the acknowledgement of every portal. Raises ChangeWaits.
    """
    own_store()
    with transaction.atomic():
        row = PolicyCopy.objects.select_for_update().get(slot=THE_SLOT)
        if row.awaiting:
            raise ChangeWaits
        last = PolicyVersion.objects.aggregate(last=Max("version"))["last"] or 0
        document = PolicyDocument(last + 1, datetime.now(UTC), proposed_by, approved_by, reason, rules)
        PolicyVersion.objects.create(version=document.version, digest=digest(document), document=sign(document))
        # guard: near-date-awaits-acknowledgement
        awaits = needs_acknowledgement(read(row.document, row), document, country_time.now())
        if awaits and PolicyHolder.objects.exists():
            row.awaiting = PolicyVersion.objects.get(version=document.version).document
            row.save(update_fields=["awaiting"])
            audit.record("policy-awaits", actor=approved_by, subject=f"policy:{document.version}")
            policy_changed.send(sender=PolicyCopy)
        else:
            _take_effect(row, document)
    return document


def acknowledged() -> bool:
    """Let the awaiting document take effect if by now every portal has acknowledged it; True when it did."""
    with transaction.atomic():
        row = PolicyCopy.objects.select_for_update().filter(slot=THE_SLOT).first()
        document = read(row.awaiting, row) if row else None
        if row is None or document is None:
            return False
        # guard: every-portal-acknowledges
        if PolicyHolder.objects.exclude(awaiting_digest=digest(document)).exists():
            return False
        _take_effect(row, document)
    return True


def withdraw(*, actor: str, reason: str) -> PolicyDocument | None:
    """Take the awaiting document back; what held before goes on. None when nothing awaits."""
    with transaction.atomic():
        row = PolicyCopy.objects.select_for_update().filter(slot=THE_SLOT).first()
        document = read(row.awaiting, row) if row else None
        if row is None or document is None:
            return None
        row.awaiting = ""
        row.save(update_fields=["awaiting"])
        detail = {"reason": reason}
        audit.record("policy-withdrawn", actor=actor, subject=f"policy:{document.version}", detail=detail)
        policy_changed.send(sender=PolicyCopy)
    return document


def _take_effect(row: PolicyCopy, document: PolicyDocument) -> None:
    version = PolicyVersion.objects.get(version=document.version)
    version.held_since = datetime.now(UTC)
    version.save(update_fields=["held_since"])
    row.document, row.awaiting, row.confirmed_at = version.document, "", version.held_since
    row.save()
    audit.record(
        "policy-takes-effect",
        actor=document.approved_by,
        subject=f"policy:{document.version}",
        detail={"digest": version.digest, "proposed_by": document.proposed_by},
    )
    policy_changed.send(sender=PolicyCopy)
