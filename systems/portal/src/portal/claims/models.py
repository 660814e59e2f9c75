"""A claim, the proofs of control, the opinions of the officers, and what stops it. Proofs and opinions are append-only.

All times are the country's: the desk's clocks, the 72 hours and the days of an appeal run by them.
"""

# mypy: disable-error-code="var-annotated"
from __future__ import annotations

import uuid

from django.db import models

from portal.accounts.duty.models import DutyGrant
from portal.accounts.models import AccountLink, PortalAccount, Profile
from portal.claims.states import Kind, State
from portal.sealing import SealedField


class Claim(models.Model):
    """A person, proven by the e-ID, asks the desk for an old account; or a frozen account waits for its decision.

    `second_grant` is drawn by the system; `second_saw_at`: when that officer had read the evidence, before which the
    first opinion is not shown. `review_why`: reasons for which a third person looks at the decision before its effect.
    """

    moves_with_link = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Kind], default=Kind.ACCOUNT)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.FIRST)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="claims")
    portal_account = models.ForeignKey(PortalAccount, null=True, on_delete=models.PROTECT, related_name="claims")
    about = SealedField(context="claim_about", default="")
    contact = SealedField(context="claim_contact")
    reason = SealedField(context="claim_reason")
    eid_level = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    round = models.PositiveSmallIntegerField(default=1)
    first_grant = models.ForeignKey(DutyGrant, null=True, on_delete=models.PROTECT, related_name="+")
    second_grant = models.ForeignKey(DutyGrant, null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    second_saw_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    effect_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    told = SealedField(context="claim_told", default="")
    review_why = models.JSONField(default=list)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(DutyGrant, null=True, on_delete=models.PROTECT, related_name="+")
    review_words = SealedField(context="claim_review", default="")
    stopped_by = models.CharField(max_length=20, blank=True, default="")
    link = models.ForeignKey(AccountLink, null=True, on_delete=models.PROTECT, related_name="claims")

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]


class Proof(models.Model):
    """One proof of control, or a failed try of one. `note` is the officer's, sealed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=10)
    fits = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note = SealedField(context="claim_proof", default="")


class Opinion(models.Model):
    """What one officer found. The first and the second of a round; never changed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    grant = models.ForeignKey(DutyGrant, on_delete=models.PROTECT, related_name="+")
    person = models.BinaryField()
    office = models.CharField(max_length=35)
    verdict = models.CharField(max_length=8)
    reason = SealedField(context="claim_opinion")
    opened_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "round", "place"], name="one_opinion_a_place")]


class CaseOpened(models.Model):
    """When an officer first had a case before him: a decision within seconds is looked at again."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="opened")
    grant = models.ForeignKey(DutyGrant, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "grant"], name="opened_once")]


class StopToken(models.Model):
    """What an old contact point was sent with the decision: it can stop the claim once, within the 72 hours."""

    token_hash = models.BinaryField(primary_key=True)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="stop_tokens")
    channel = models.CharField(max_length=5)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
