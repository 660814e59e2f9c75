"""Proposals for the policy of the date; waves, notices, exemptions, rehearsals and the gate of the campaign."""

from __future__ import annotations

import uuid

from django.db import models

from kernel import country_time
from portal.accounts.models import PortalAccount
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


class WaveState(models.TextChoices):
    """At every moment exactly one."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Wave(models.Model):
    """A group of accounts that is told in turn: of one kind and cohort, from a day on, each with a day of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    cohort = models.CharField(max_length=40, default="default")
    starts_on = models.DateField()
    days = models.PositiveSmallIntegerField(default=21)
    """Days from the first notice to a person's own day."""
    per_day = models.PositiveIntegerField(default=500)
    state = models.CharField(max_length=8, choices=WaveState.choices, default=WaveState.DRAFT)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=country_time.now)


class NoticeTemplate(models.Model):
    """One version of the words of a notice. Versions are kept; the newest counts."""

    channel = models.CharField(max_length=8)  # sms | email | sign_in
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=country_time.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "version"], name="template_version_once")]


class WaveNotice(models.Model):
    """That one account was told in one wave: once for each channel. `notice` is the message in the outbox."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey(PortalAccount, on_delete=models.PROTECT, related_name="wave_notices")
    channel = models.CharField(max_length=8)
    template_version = models.PositiveIntegerField()
    deadline = models.DateField()
    notice = models.UUIDField(null=True)
    told_at = models.DateTimeField()
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "account", "channel"], name="told_once_a_wave")]


class Exemption(models.Model):
    """An account that the law excuses until a day: proposed by one person, approved by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(PortalAccount, on_delete=models.PROTECT, related_name="exemptions")
    legal_ground = models.CharField(max_length=200)
    until = models.DateField()
    proposed_by = models.CharField(max_length=80)
    proposed_person = models.BinaryField()
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    state_before = models.CharField(max_length=8, blank=True, default="")
    ended_at = models.DateTimeField(null=True)


class Rehearsal(models.Model):
    """A dress rehearsal: what the date would do, played on a copy of everything as it is."""

    at = models.DateTimeField(default=country_time.now)
    by = models.CharField(max_length=80)
    found = models.JSONField()
    good = models.BooleanField()


class GateDecision(models.Model):
    """Go or no-go: the conditions as they stood, who said so first, and the second person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.CharField(max_length=40, blank=True, default="")
    """Whose date it is about; empty: everybody's."""
    conditions = models.JSONField()
    go = models.BooleanField()
    reason = models.TextField()
    first_by = models.CharField(max_length=80)
    first_person = models.BinaryField()
    first_name = SealedField(context="official_name")
    first_at = models.DateTimeField(default=country_time.now)
    second_by = models.CharField(max_length=80, blank=True, default="")
    second_name = SealedField(context="official_name", default="")
    second_at = models.DateTimeField(null=True)


class CampaignSwitch(models.Model):
    """One row: whether every wave stands still, and the capacity of the desks."""

    slot = models.PositiveSmallIntegerField(primary_key=True, default=1)
    frozen_by = models.CharField(max_length=80, blank=True, default="")
    frozen_why = models.CharField(max_length=300, blank=True, default="")
    answers_a_day = models.PositiveIntegerField(default=200)
    asks_percent = models.PositiveSmallIntegerField(default=15)
