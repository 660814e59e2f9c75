"""What every act of the desk shares: the claim under lock, its steps, the register, conflicts of interest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kernel import country_time
from kernel.working_days import national_calendar
from portal.accounts import audit, register_client
from portal.accounts.duty import conflicts
from portal.accounts.duty.access import Acting
from portal.accounts.duty.models import DutyGrant
from portal.accounts.matching import Said
from portal.accounts.models import PortalAccount, Profile
from portal.accounts.register_client import QuotaExceeded, Reference, RegisterUnavailable, Subject
from portal.claims import rules, states
from portal.claims.models import Claim, Proof
from portal.claims.states import State, StepRefused


@dataclass(frozen=True)
class Word:
    """What the register said about the claimant and about the owner named in the account; when (Unix seconds)."""

    overall: str | None
    record_state: str
    owner_state: str
    asked_at: float

    @property
    def age(self) -> timedelta:
        return timedelta(seconds=datetime.now(UTC).timestamp() - self.asked_at)


def locked(claim_id: UUID) -> Claim:
    """The claim, held until the transaction ends. Raises StepRefused when there is none."""
    claim = Claim.objects.select_for_update(of=("self",)).select_related("profile").filter(pk=claim_id).first()
    if claim is None:
        raise StepRefused("CLAIM_UNKNOWN")
    return claim


def locked_account(claim: Claim) -> PortalAccount | None:
    """The account that the claim names, held until the transaction ends."""
    if claim.portal_account_id is None:
        return None
    return PortalAccount.objects.select_for_update().get(pk=claim.portal_account_id)


def step(claim: Claim, then: State, *, actor: str, **detail: Any) -> None:
    """Bring the claim into another state: by the table only, with its clock and an audit row. Saves the claim."""
    # guard: claim-steps-by-the-table
    if not states.may_follow(State(claim.state), then):
        raise StepRefused("CLAIM_OTHER_STATE")
    claim.state = then
    claim.due_at = states.due(then, country_time.now(), national_calendar(), appeal=claim.round > 1)
    claim.save()
    audit.record(f"claim.{then.value}", actor=actor, subject=f"claim:{claim.reference}", detail=detail)


def reference_of(claim: Claim) -> Reference:
    """The name under which the register is asked about this claim."""
    return Reference("portal_account", str(claim.portal_account_id or claim.pk))


def proven(profile: Profile) -> Said:
    """What the e-ID has proven about the claimant."""
    return Said(profile.full_name or "", profile.birth_date or "", profile.personal_id)


def said_by(account: PortalAccount) -> Said:
    """What the account said when it was registered."""
    return Said(account.full_name, account.birth_date, account.personal_id)


def agreement(account: PortalAccount | None, profile: Profile) -> rules.Agreement:
    """How the claimant agrees with the account."""
    if account is None:
        return rules.Agreement.NONE
    return rules.agreement(said_by(account), account.matched_personal_id, proven(profile))


def shown(claim: Claim) -> frozenset[str]:
    """Which ways of control are shown."""
    return rules.control(Proof.objects.filter(claim=claim).values_list("kind", "fits"))


def ask_register(claim: Claim) -> Word:
    """Ask about the claimant, and about the person whom the account named; holds no lock. No answer is no answer."""
    now = datetime.now(UTC).timestamp()
    try:
        overall, record_state = _verify(claim, proven(claim.profile))
        account = claim.portal_account
        owner = account.matched_personal_id or account.personal_id if account else None
        if account is None or owner is None:
            return Word(overall, record_state, "", now)
        if owner == claim.profile.personal_id:
            return Word(overall, record_state, record_state, now)
        said = Said(
            account.matched_full_name or account.full_name, account.matched_birth_date or account.birth_date, owner
        )
        return Word(overall, record_state, _verify(claim, said)[1], now)
    except (RegisterUnavailable, QuotaExceeded):
        return Word(None, "", "", now)


def _verify(claim: Claim, said: Said) -> tuple[str, str]:
    subject = Subject(said.full_name, said.birth_date, said.personal_id or "")
    answer = register_client.verify("claim", reference_of(claim), subject)
    return answer.answer.overall, answer.record_state


def concerned(claim: Claim) -> list[str]:
    """Personal numbers of everybody whom the claim concerns: claimant, owner, and who stands to gain from it."""
    account = claim.portal_account
    numbers = [claim.profile.personal_id]
    if account is not None:
        numbers += [account.personal_id, account.matched_personal_id]
    return list(dict.fromkeys(number for number in numbers if number))


def enforce_no_interest(acting: Acting, claim: Claim) -> None:
    """Raises DutyRefused when this official is concerned, lives with somebody who is, or nobody can tell."""
    for number in concerned(claim):
        alive = number == claim.profile.personal_id
        conflicts.enforce(acting, number, reference_of(claim), may_be_dead=not alive)


def persons_of(grants: Iterable[DutyGrant]) -> set[bytes]:
    """Blind indexes of the persons behind these duties."""
    return {bytes(grant.personal_id_index) for grant in grants}
