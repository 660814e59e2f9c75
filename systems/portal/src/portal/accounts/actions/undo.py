"""Undo of a link: the owner within 30 days, or two officers. Records return exactly; credentials never do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, deciding, holdings, ledger, messages, policy, signals, undoing
from portal.accounts.models import AccountLink, ContactPoint, PortalAccount, Profile
from portal.accounts.moments import now_text
from portal.accounts.persons import profile_of
from portal.accounts.undoing import UndoCode, UndoFacts
from portal.eid_login.callback import Result


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
            return Undone(UndoCode.NOT_LINKED)
        who = result.identity
        owner = profile_of(who.issuer, who.sub)
        facts = _facts(
            link,
            by="owner",
            own=owner is not None and owner.pk == link.profile_id,
            for_this_link=result.intent == "undo" and result.about.get("link") == str(link_id),
            eid_login_lead=timedelta(seconds=who.auth_time - result.started_at),
            started=timedelta(seconds=datetime.now(UTC).timestamp() - result.started_at),
            level=who.eid_level,
        )
        return _decided(link, facts, f"profile:{link.profile_id}")


def by_officers(link_id: UUID, first: UUID, second: UUID, reason: str) -> Undone:
    """Undo by the claim desk: two different officers and a reason; no time limit."""
    with transaction.atomic():
        link = AccountLink.objects.select_for_update().filter(pk=link_id).first()
        if link is None:
            return Undone(UndoCode.NOT_LINKED)
        facts = _facts(link, by="desk", officers=len({first, second}), reason=bool(reason.strip()))
        return _decided(link, facts, f"duty:{first}+duty:{second}"[:80])


def _facts(link: AccountLink, **known: Any) -> UndoFacts:
    """What the rule needs, under the locks of link and account; what nobody gave counts against the undo."""
    account = PortalAccount.objects.select_for_update().get(pk=link.portal_account_id)
    held = [holdings.Holding(*row) for row in json.loads(link.snapshot)["holdings"]]
    nothing: dict[str, Any] = {
        "own": False,
        "for_this_link": False,
        "eid_login_lead": None,
        "started": None,
        "level": 0,
        "officers": 0,
        "reason": False,
    }
    return UndoFacts(
        live=link.undone_at is None,
        state=account.state,
        since_link=country_time.now() - link.linked_at,
        link_level=link.level,
        whole=holdings.digest(holdings.read_again(held)) == link.snapshot_hash,
        **(nothing | known),
    )


def _decided(link: AccountLink, facts: UndoFacts, by: str) -> Undone:
    code = deciding.decide(facts)
    return _write(link, by) if code is UndoCode.UNDONE else Undone(str(code))


def _write(link: AccountLink, by: str) -> Undone:
    account = PortalAccount.objects.select_for_update().get(pk=link.portal_account_id)
    kept = json.loads(link.snapshot)
    held = [holdings.Holding(*row) for row in kept["holdings"]]
    returned = len(holdings.move(held, account.profile_id))
    if returned != len(held):
        transaction.set_rollback(True)
        return Undone(UndoCode.CHANGED)
    _reopen(account, kept, by)
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


def _reopen(account: PortalAccount, kept: dict[str, str | None], by: str) -> None:
    """The match is cleared, the contact points can take a code again; the password stays ended."""
    verdict = policy.judge(account.kind, account.cohort)
    account.state = undoing.state_after_undo(date_passed=not verdict.allowed)
    ledger.because("link_undone", actor=by, date_passed=not verdict.allowed)
    account.phone, account.email = kept["phone"], kept["email"]
    account.state_before_freeze = ""
    account.password_hash = ""
    account.legacy_password = None
    account.matched_at = account.matched_personal_id = None
    account.matched_full_name = account.matched_birth_date = None
    account.save()
