"""What a portal stores about the policy of the date: its copy, the versions it has held, who holds which."""

from __future__ import annotations

from django.db import models

THE_SLOT = 1


class PolicyCopy(models.Model):
    """The one row by which this portal judges old logins; acts lock it FOR SHARE, a new version FOR UPDATE."""

    slot = models.PositiveSmallIntegerField(primary_key=True, default=THE_SLOT)
    issuer = models.TextField()
    """Origin of the national portal, whose signature alone is believed."""
    jwks = models.JSONField()
    """Its keys, pinned when an operator trusted it; never taken from a message."""
    document = models.TextField(blank=True)
    """The current document, a compact JWS (typ `policy+jwt`); empty until the first one came."""
    awaiting = models.TextField(blank=True)
    """A document that takes effect when every portal has acknowledged it; else empty."""
    confirmed_at = models.DateTimeField(null=True)
    """Real time at which the national portal last said that these two are what holds."""
    alarm = models.TextField(blank=True)
    """Why the last message was not believed; empty after a good one."""
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(slot=THE_SLOT), name="policy_copy_is_one_row")]


class PolicyVersion(models.Model):
    """Every document this portal has judged by; at the national portal also those it issued that never took effect."""

    version = models.PositiveIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    document = models.TextField()
    held_since = models.DateTimeField(null=True)
    """When it took effect here; null while it awaits, and for ever when it was withdrawn."""


class PolicyHolder(models.Model):
    """National only: a portal that must hold the policy, and what its signed acknowledgements say it holds."""

    name = models.CharField(max_length=40, primary_key=True)
    origin = models.TextField(unique=True)
    version = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    """When it first said that it holds this version."""
    awaiting_digest = models.CharField(max_length=64, blank=True)
    heard_at = models.DateTimeField(null=True)
    """When it last said anything about the policy."""
