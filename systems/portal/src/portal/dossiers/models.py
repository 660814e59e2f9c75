"""Drafts and dossiers. What a person stated is sealed; codes, states and times are plain."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from portal.accounts.models import Profile
from portal.catalogue.models import ProcedureVersion
from portal.dossiers.states import Standing, State
from portal.sealing import SealedField
from portal.store.models import StoredFile


class Draft(models.Model):
    """A form being filled in: saved at every step, kept until it is submitted or thrown away by its owner.

    `answers`: {field: value} as typed. `vouched`: {field: {"value", "by", "at"}} from verified data, locked.
    `register_state`: what became of the question to the population register ("", "answered", "unavailable").
    A draft makes at most one dossier: the dossier's one-to-one column is its intention key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="drafts")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    answers = SealedField(context="draft_answers", default="{}")
    vouched = SealedField(context="draft_vouched", default="{}")
    register_state = models.CharField(max_length=12, blank=True, default="")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["profile", "closed_at"])]

    def read_answers(self) -> dict[str, str]:
        """What was typed, by field id."""
        answers: dict[str, str] = json.loads(self.answers)
        return answers

    def read_vouched(self) -> dict[str, dict[str, str]]:
        """What the state vouches for, by field id."""
        vouched: dict[str, dict[str, str]] = json.loads(self.vouched)
        return vouched

    def locked(self) -> dict[str, str]:
        """The values that nobody can change, by field id."""
        return {key: item["value"] for key, item in self.read_vouched().items()}


class DraftFile(models.Model):
    """The file attached to one question of a draft; another upload replaces it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    field_id = models.CharField(max_length=40)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "field_id"], name="one_file_per_question")]


class ParkedPage(models.Model):
    """What somebody posted when the session had just ended: kept for a day, given back to the draft's owner only."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="parked")
    step_id = models.CharField(max_length=40)
    posted = SealedField(context="parked_page")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "step_id"], name="one_parked_page")]


class Origin(models.TextChoices):
    """How a dossier came to be at this portal."""

    HERE = "here"  # filed here, handled by an office of this portal
    HANDED_OVER = "handed_over"  # filed here, handled at another portal
    RECEIVED = "received"  # filed at another portal, handled here
    OLD_ACCOUNT = "old_account"  # came with an imported old account


class Dossier(models.Model):
    """One request to the state. `code` is given once and never changes; a dossier filed here for another portal's
    office has none until that portal has given it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=60, null=True, unique=True)
    draft = models.OneToOneField(Draft, null=True, on_delete=models.PROTECT, related_name="dossier")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.PROTECT, related_name="dossiers")
    version = models.ForeignKey(ProcedureVersion, null=True, on_delete=models.PROTECT, related_name="+")
    procedure_code = models.CharField(max_length=10)
    office_code = models.CharField(max_length=35, blank=True, default="")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.HERE)
    peer = models.CharField(max_length=40, blank=True, default="")
    reference = models.UUIDField(unique=True, default=uuid.uuid4)  # the same dossier's name between two portals
    peer_seq = models.PositiveIntegerField(default=0)  # the newest event of the handling portal that was applied

    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State], default=State.SUBMITTED)
    returns_to = models.CharField(max_length=20, default=State.SUBMITTED)
    supplements_at_reception = models.PositiveSmallIntegerField(default=0)
    supplements_at_processing = models.PositiveSmallIntegerField(default=0)

    applicant = SealedField(context="dossier_applicant", default="{}")  # full_name, personal_id, birth_date, phone
    answers = SealedField(context="dossier_answers", default="{}")
    vouched = SealedField(context="dossier_vouched", default="{}")
    applicant_index = models.BinaryField(null=True, db_index=True)  # blind index of the personal number
    applicant_vouched = models.BooleanField(default=False)  # the number was vouched for, not merely stated

    submitted_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    appointment_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    register_check = models.JSONField(default=dict)  # the officer's last check: {"at", "overall", "fields"}

    class Meta:
        indexes = [
            models.Index(fields=["office_code", "state", "respond_by"]),
            models.Index(fields=["profile", "-submitted_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="code_given_unless_handed_over", condition=Q(code__isnull=False) | Q(origin="handed_over")
            )
        ]

    def link_fingerprint(self) -> str:
        """What must come back unchanged when a link is undone; what happened since (a code, a state) may differ."""
        return f"{self.reference}:{self.submitted_at.isoformat()}"

    @property
    def standing(self) -> Standing:
        """What the state table needs to know."""
        return Standing(
            State(self.state),
            State(self.returns_to),
            self.supplements_at_reception,
            self.supplements_at_processing,
        )

    @cached_property
    def who(self) -> dict[str, str]:
        """The applicant: full_name, personal_id, birth_date, phone (any may be missing)."""
        who: dict[str, str] = json.loads(self.applicant)
        return who

    def read_answers(self) -> dict[str, str]:
        """What the applicant stated, by field id."""
        answers: dict[str, str] = json.loads(self.answers)
        return answers

    def read_vouched(self) -> dict[str, dict[str, str]]:
        """What the state vouched for at submission, by field id."""
        vouched: dict[str, dict[str, str]] = json.loads(self.vouched)
        return vouched


class DossierFile(models.Model):
    """A file that was received with a dossier. `stage` 0 is the submission, 1… the supplements."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="files")
    field_id = models.CharField(max_length=40)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(default=0)


class DossierEvent(models.Model):
    """What happened to a dossier: append-only (trigger), each hash covering the one before.

    `actor`: citizen, system, or `duty:<uuid>`; `officer` and `note` are sealed. `unit` is the office's code.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()  # the country's time: clocks of dossiers
    act = models.CharField(max_length=30)
    state = models.CharField(max_length=20)
    actor = models.CharField(max_length=80)
    unit = models.CharField(max_length=35, blank=True, default="")
    officer = SealedField(context="event_officer", default="")
    note = SealedField(context="event_note", default="{}")  # {"reason", "legal_ground", …}
    previous_hash = models.CharField(max_length=64)
    event_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="one_event_per_seq")]
        ordering = ["dossier_id", "seq"]

    def read_note(self) -> dict[str, Any]:
        """The reason, the legal ground and what else the act said."""
        note: dict[str, Any] = json.loads(self.note)
        return note


class CodeCounter(models.Model):
    """The last number given by an agency on a day of the country; the row is the lock."""

    agency_code = models.CharField(max_length=35)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency_code", "day"], name="one_counter_per_day")]


class Outgoing(models.Model):
    """Something that another portal must be told, in order, until it has said that it knows (`exchange` sends it).

    `kind`: dossier, supplement, withdrawal (to the portal that handles it), status (to the portal where it was filed).
    """

    KINDS = ("dossier", "supplement", "withdrawal", "status")

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12)
    peer = models.CharField(max_length=40)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="outgoing")
    event_seq = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    refused_with = models.CharField(max_length=40, blank=True, default="")  # the peer's lasting "no", kept for staff

    class Meta:
        indexes = [models.Index(fields=["delivered_at", "id"])]


class LookupAttempt(models.Model):
    """One question to the public look-up, counted under a keyed hash of who asked."""

    asker = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["asker", "at"])]
