"""Trusted portals, messages on their way out, messages that came in."""

from __future__ import annotations

import uuid

from django.db import models

from portal.sealing import SealedField


class TrustedPortal(models.Model):
    """A portal whose messages are believed: its origin and its keys, pinned by an operator."""

    name = models.CharField(max_length=40, primary_key=True)
    origin = models.TextField(unique=True)
    jwks = models.JSONField()
    trusted_at = models.DateTimeField()


class OutgoingMessage(models.Model):
    """One message to one portal, sent until it is acknowledged. Its id is the `jti` of every try."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portal = models.ForeignKey(TrustedPortal, on_delete=models.CASCADE, related_name="outgoing")
    path = models.CharField(max_length=60)
    type = models.CharField(max_length=40)
    body = SealedField(context="outgoing_message", null=True)
    """JSON; emptied once delivered."""
    made_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    refused_because = models.CharField(max_length=80, blank=True, default="")


class IncomingMessage(models.Model):
    """A message that had its effect; the same `jti` again is answered alike and has none."""

    portal = models.ForeignKey(TrustedPortal, on_delete=models.CASCADE, related_name="incoming")
    jti = models.CharField(max_length=80)
    type = models.CharField(max_length=40)
    received_at = models.DateTimeField(auto_now_add=True)
    answer = SealedField(context="incoming_answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "jti"], name="one_effect_per_message")]
