"""What a decision of the desk does once its 72 hours are over. Judged anew; run twice it does nothing again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts.actions import take_over, undo, unfreeze
from portal.accounts.models import AccountLink, Door, PortalAccount
from portal.claims import handling, rules, standing
from portal.claims.actions import tell
from portal.claims.models import Claim, Opinion
from portal.claims.rules import EffectCode
from portal.claims.states import Kind, State
from portal.config import CONFIG


class EffectFailed(Exception):
    """What was decided cannot be done as things are (a record has changed); the claim waits, the log says why."""


def execute(claim_id: UUID) -> EffectCode:
    """Give effect, or say why not now."""
    claim = Claim.objects.select_related("profile", "portal_account").get(pk=claim_id)
    if claim.state != State.GRANTED:
        return EffectCode.NOT_GRANTED
    early = rules.decide_effect(standing.effect_facts(claim, claim.portal_account, None))
    if early in (EffectCode.TOO_EARLY, EffectCode.UNDER_REVIEW, EffectCode.STOPPED):
        return early  # the register is not asked about what cannot happen yet
    word = handling.ask_register(claim) if claim.kind != Kind.FREEZE else None
    with transaction.atomic():
        claim = handling.locked(claim_id)
        account = handling.locked_account(claim)
        code = rules.decide_effect(standing.effect_facts(claim, account, word))
        if code is EffectCode.EFFECTIVE and account is not None:
            _EFFECTS[Kind(claim.kind)](claim, account)
            claim.effective_at = country_time.now()
            handling.step(claim, State.EFFECTIVE, actor="system")
        elif code in (EffectCode.NOT_CLAIMABLE, EffectCode.RECORD_NOT_LIVE):
            claim.decided_at = country_time.now()
            handling.step(claim, State.REFUSED, actor="system", code=str(code))
            tell.claimant(claim, "claim_refused")
    return code


def _give_account(claim: Claim, account: PortalAccount) -> None:
    """The account becomes the claimant's, as by any other link, and can be undone for 30 days."""
    door = Door.objects.filter(profile=claim.profile, issuer=CONFIG.eid_issuer, closed_at=None).first()
    if door is None:
        raise LookupError("the claimant has no e-ID door any more")
    evidence = {
        "claim": claim.reference,
        "round": claim.round,
        "opinions": [str(o) for o in _officers(claim)],
        "control": sorted(handling.shown(claim)),
        "reviewed": bool(claim.review_why),
    }
    basis = take_over.Basis(door.issuer, door.sub, claim.eid_level, "desk", evidence, f"claim:{claim.reference}")
    claim.link = take_over.write(account, claim.profile, basis)


def _tell_heir(claim: Claim, account: PortalAccount) -> None:
    """An heir gets what the law gives at the desk, on paper; the account stays sealed and signs nobody in."""
    tell.claimant(claim, "claim_heir")


def _decide_freeze(claim: Claim, account: PortalAccount) -> None:
    """Both said "give": the link stands and the freeze ends. Both said "refuse": it does not stand and is undone."""
    first, second = _officers(claim)
    verdict = Opinion.objects.filter(claim=claim, round=claim.round).values_list("verdict", flat=True)[0]
    if verdict == "give":
        refused = unfreeze.by_officers(account.pk, first, second, claim.reference)
    else:
        link = AccountLink.objects.get(portal_account=account, undone_at=None)
        refused = undo.by_officers(link.pk, first, second, claim.reference).refused
    if refused:
        raise EffectFailed(refused)


def _officers(claim: Claim) -> list[UUID]:
    return list(
        Opinion.objects.filter(claim=claim, round=claim.round).order_by("place").values_list("grant_id", flat=True)
    )


_EFFECTS = {Kind.ACCOUNT: _give_account, Kind.HEIR: _tell_heir, Kind.FREEZE: _decide_freeze}
