"""The duty table. A role exists only as a row here, proposed by one administrator and approved by another."""

from __future__ import annotations

import uuid

from django.db import models

from portal.accounts.duty.rules import Duty, Role
from portal.sealing import BlindIndexField, SealedField


class DutyGrant(models.Model):
    """One person, one office, one role, between two dates.

    `proposed_by` and `approved_by` are grants of two administrators; both are empty only for the first two, which an
    operator imported by name (`bootstrapped`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    personal_id = SealedField(context="personal_id")
    personal_id_index = BlindIndexField(source="personal_id", context="personal_id")
    full_name = SealedField(context="full_name")
    agency = models.CharField(max_length=35)
    office = models.CharField(max_length=35, blank=True, default="")
    position = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    proposed_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    bootstrapped = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["agency", "role"])]
        constraints = [
            models.CheckConstraint(
                name="two_administrators",
                condition=models.Q(approved_at__isnull=True)
                | models.Q(bootstrapped=True)
                | (models.Q(proposed_by__isnull=False) & models.Q(approved_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="never_one_administrator_twice",
                condition=models.Q(approved_by__isnull=True)
                | models.Q(proposed_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
            ),
        ]

    @property
    def facts(self) -> Duty:
        """This row as the pure rules see it."""
        own = bytes(self.personal_id_index)
        if self.bootstrapped:
            approved: bytes | None = own
        else:
            approved = bytes(self.approved_by.personal_id_index) if self.approved_by else None
        return Duty(
            person=own,
            agency=self.agency,
            office=self.office,
            role=self.role,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            proposed_by=bytes(self.proposed_by.personal_id_index) if self.proposed_by else None,
            approved_by=approved,
            ended_on=self.ended_on,
        )
