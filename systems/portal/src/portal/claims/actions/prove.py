"""Proofs of control that the claimant gives alone: the old password, a code to the old phone. Failed tries are kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, codes, legacy_passwords, passwords
from portal.accounts.models import PortalAccount, Profile
from portal.claims import handling, rules, states
from portal.claims.models import Claim, Proof
from portal.claims.rules import ProofKind
from portal.claims.states import StepRefused

WINDOW = timedelta(days=90)


def tries_left(account: PortalAccount) -> int:
    """How often the old password may still be tried: counted over all claims of the account, for 90 days."""
    since = country_time.now() - WINDOW
    wrong = Proof.objects.filter(
        claim__portal_account=account, kind=ProofKind.PASSWORD, fits=False, at__gt=since
    ).count()
    return max(0, rules.PASSWORD_TRIES - wrong)


def by_password(claim_id: UUID, profile: Profile, password: str) -> bool:
    """Try the old password against the account's own hash, or the one of the portal before.

    Raises StepRefused when it may not be tried or cannot be checked; such a try is not counted.
    """
    with transaction.atomic():
        claim = _own(claim_id, profile)
        account = handling.locked_account(claim)
        if account is None or not has_password(account):
            raise StepRefused("PROOF_NO_PASSWORD")
        # guard: old-password-tries-end
        if tries_left(account) == 0:
            raise StepRefused("PROOF_TRIES_OVER")
        fits = _fits(account, password[:200])
        _keep(claim, ProofKind.PASSWORD, fits)
    return fits


def has_password(account: PortalAccount) -> bool:
    """Is there anything that an old password could be tried against?"""
    return bool(account.password_hash or account.legacy_password)


def _fits(account: PortalAccount, password: str) -> bool:
    if account.password_hash or not account.legacy_password:
        return passwords.matches(password, account.password_hash)
    try:
        return legacy_passwords.matches(password, account.legacy_password)
    except legacy_passwords.NotCheckable as fault:
        raise StepRefused("PROOF_NO_PASSWORD") from fault


def phone_counts(claim: Claim) -> bool:
    """May a code to the account's phone prove anything?"""
    account, profile = claim.portal_account, claim.profile
    since = profile.eid_phone_since
    held = country_time.today() - since if since else None
    return account is not None and rules.old_phone_counts(
        account_phone=account.phone, eid_phone=profile.eid_phone, held=held
    )


def send_code(claim_id: UUID, profile: Profile, binding: str) -> codes.Sent:
    """A code to the old phone. Raises StepRefused where it would prove nothing."""
    with transaction.atomic():
        claim = _own(claim_id, profile)
        if not phone_counts(claim) or claim.portal_account is None:
            raise StepRefused("PROOF_PHONE_NOT_HELD")
        return codes.send("claim", f"claim:{claim.pk}", claim.portal_account.phone, binding)


def by_code(claim_id: UUID, profile: Profile, entered: str, binding: str) -> tuple[codes.CodeResult, int]:
    """Judge the code; whether the phone still counts is asked again. Raises StepRefused."""
    with transaction.atomic():
        claim = _own(claim_id, profile)
        if not phone_counts(claim):
            raise StepRefused("PROOF_PHONE_NOT_HELD")
        result, left = codes.check("claim", f"claim:{claim.pk}", entered, binding)
        if result is codes.CodeResult.RIGHT:
            _keep(claim, ProofKind.OLD_PHONE, fits=True)
    return result, left


def _own(claim_id: UUID, profile: Profile) -> Claim:
    claim = handling.locked(claim_id)
    # guard: proofs-only-of-the-own-claim
    if claim.profile_id != profile.pk or claim.kind != states.Kind.ACCOUNT:
        raise StepRefused("CLAIM_UNKNOWN")
    if claim.state not in states.MAY_PROVE:
        raise StepRefused("CLAIM_OTHER_STATE")
    return claim


def _keep(claim: Claim, kind: ProofKind, fits: bool) -> None:
    actor = f"profile:{claim.profile_id}"
    Proof.objects.create(claim=claim, kind=kind, fits=fits, at=country_time.now(), by=actor)
    audit.record("claim.proof", actor=actor, subject=f"claim:{claim.reference}", detail={"kind": kind, "fits": fits})
    if claim.state == states.State.MORE and fits:
        handling.step(claim, states.State.FIRST, actor=actor)
