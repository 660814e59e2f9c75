"""What an officer sees at the desk: a receipt (code and date), original papers; and which account is meant."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit
from portal.accounts.duty import access
from portal.accounts.duty.access import Acting
from portal.accounts.finding import by_identifier
from portal.accounts.models import PortalAccount
from portal.claims import handling, rules
from portal.claims.models import Claim, Proof
from portal.claims.rules import Agreement, ProofKind
from portal.claims.states import Kind, State, StepRefused
from portal.dossiers.models import Dossier


def name_account(acting: Acting, claim_id: UUID, words: str) -> PortalAccount:
    """Find the account that is meant, by a dossier code, a number or a phone. Raises StepRefused, DutyRefused.

    Only an account that agrees with the proven claimant is taken (for an heir: one that belongs to nobody), so that
    the search tells nothing about other people's accounts.
    """
    claim = _for_first(acting, claim_id)
    found = [each for each in _found(words.strip()) if each.state in rules.CLAIMABLE]
    # guard: desk-finds-only-what-agrees
    fitting = [e for e in found if claim.kind == Kind.HEIR or handling.agreement(e, claim.profile) != Agreement.NONE]
    if len(fitting) != 1:
        raise StepRefused("CLAIM_NO_SUCH_ACCOUNT")
    claim.portal_account = fitting[0]
    handling.enforce_no_interest(acting, claim)
    with transaction.atomic():
        access.enforce(acting)
        held = handling.locked(claim_id)
        if held.state != State.FIRST or held.portal_account_id is not None:
            raise StepRefused("CLAIM_OTHER_STATE")
        held.portal_account = fitting[0]
        held.save(update_fields=["portal_account"])
        audit.record("claim.account_named", actor=acting.actor, subject=f"claim:{held.reference}")
    return fitting[0]


def _found(words: str) -> list[PortalAccount]:
    dossier = Dossier.objects.filter(code=words).first() if words else None
    if dossier is not None and dossier.profile_id is not None:
        return list(PortalAccount.objects.filter(profile_id=dossier.profile_id))
    return by_identifier(words) if words else []


def receipt(acting: Acting, claim_id: UUID, code: str, day: date) -> bool:
    """Does a receipt with this code and date belong to the account? The system compares, not the officer."""
    claim = _for_first(acting, claim_id)
    account = claim.portal_account
    if account is None:
        raise StepRefused("CLAIM_NO_ACCOUNT")
    dossier = Dossier.objects.filter(code=code.strip(), profile_id=account.profile_id).first()
    # guard: receipt-needs-code-and-date
    fits = dossier is not None and dossier.submitted_at.astimezone(country_time.VIETNAM).date() == day
    _keep(acting, claim_id, ProofKind.RECEIPT, fits, "")
    return fits


def originals(acting: Acting, claim_id: UUID, note: str) -> None:
    """The officer had original papers in hand; `note` says which. Raises StepRefused, DutyRefused."""
    if len(note.strip()) < 10:
        raise StepRefused("PROOF_NOTE_MISSING")
    _for_first(acting, claim_id)
    _keep(acting, claim_id, ProofKind.ORIGINALS, True, note.strip()[:1000])


def _for_first(acting: Acting, claim_id: UUID) -> Claim:
    claim = Claim.objects.select_related("profile", "portal_account").filter(pk=claim_id).first()
    if claim is None or claim.state != State.FIRST or claim.kind == Kind.FREEZE:
        raise StepRefused("CLAIM_OTHER_STATE")
    if claim.first_grant_id not in (None, acting.grant_id):
        raise StepRefused("CLAIM_OTHER_OFFICER")
    handling.enforce_no_interest(acting, claim)
    return claim


def _keep(acting: Acting, claim_id: UUID, kind: ProofKind, fits: bool, note: str) -> None:
    with transaction.atomic():
        access.enforce(acting)
        claim = handling.locked(claim_id)
        if claim.state != State.FIRST:
            raise StepRefused("CLAIM_OTHER_STATE")
        Proof.objects.create(claim=claim, kind=kind, fits=fits, at=country_time.now(), by=acting.actor, note=note)
        detail = {"kind": kind, "fits": fits}
        audit.record("claim.proof", actor=acting.actor, subject=f"claim:{claim.reference}", detail=detail)
