"""Proposals for the policy of the date."""

from __future__ import annotations

import uuid

from django.db import models

from kernel import country_time
from portal.sealing import SealedField


class ProposalState(models.TextChoices):
    """At every moment exactly one."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class PolicyProposal(models.Model):
    """A set of dates that somebody proposed, and what a second person decided about it.

    `*_by` are actors as in the audit (`duty:<uuid>`, `command:<name>`); `*_person` is the blind index of the personal
    number, so that one person with two roles is still one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rules = models.JSONField()
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.WAITING)
    proposed_at = models.DateTimeField(default=country_time.now)
    """Country time, as `decided_at`: an official reads it beside the dates of the law."""
    proposed_by = models.CharField(max_length=80)
    proposed_person = models.BinaryField(null=True)
    proposed_name = SealedField(context="official_name")
    based_on = models.PositiveIntegerField()
    """Version that held when it was proposed; another one in between makes the proposal out of date."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_name = SealedField(context="official_name", default="")
    decision_reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(null=True)
