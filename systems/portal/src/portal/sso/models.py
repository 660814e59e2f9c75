"""What single sign-on remembers: at the national portal who was signed in where by which login, at a province which
person a door is waiting for.
"""

from __future__ import annotations

import secrets

from django.db import models
from oauth2_provider.models import AbstractGrant

from portal.accounts.models import Kind, PortalAccount, Profile
from portal.sealing import BlindIndexField, SealedField


def new_identifier() -> str:
    """128 random bits; no number, name, client or key enters it."""
    return secrets.token_urlsafe(16)


class PairwiseSubject(models.Model):
    """National: the `sub` of a person at one province, made once and stored. A link does not move it: the old
    profile keeps the name by which the province knows it, so that the province can be told whose it is.
    """

    moves_with_link = False
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="pairwise_subjects")
    client_id = models.CharField(max_length=100)
    sub = models.CharField(max_length=40, unique=True, default=new_identifier)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "client_id"], name="one_sub_per_province")]


class IssuedLogin(models.Model):
    """National: a login handed to a province. `sid` is what the province knows it by, `login_sid` what we do."""

    sid = models.CharField(max_length=40, primary_key=True, default=new_identifier)
    subject = models.ForeignKey(PairwiseSubject, on_delete=models.CASCADE, related_name="logins")
    how = models.CharField(max_length=3)
    login_sid = models.CharField(max_length=200, db_index=True)
    portal_account = models.ForeignKey(PortalAccount, null=True, on_delete=models.CASCADE)
    account_kind = models.CharField(max_length=12, choices=Kind.choices, blank=True, default="")
    cohort = models.CharField(max_length=40, blank=True, default="")
    auth_time = models.BigIntegerField()
    acr = models.CharField(max_length=80, blank=True, default="")
    amr = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)


class Grant(AbstractGrant):  # type: ignore[misc]  # the toolkit has no types
    """An authorization code, bound to the login that asked for it; it belongs to a person, not to a Django user."""

    user = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="sso_grants")
    login = models.ForeignKey(IssuedLogin, on_delete=models.CASCADE, related_name="+")


class AwaitedPerson(models.Model):
    """Province: the national portal said whose account is behind a door; who signs in with that e-ID enters there.

    `personal_id` is what the national portal's verified link names, never what somebody typed.
    """

    moves_with_link = False
    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="awaited_person")
    personal_id = SealedField(context="personal_id")
    personal_id_index = BlindIndexField(source="personal_id", context="personal_id")
    told_at = models.DateTimeField(auto_now_add=True)


class FrozenDoor(models.Model):
    """Province: a door of an account that was frozen at the national portal; nobody enters by it."""

    sub = models.CharField(max_length=200, primary_key=True)
    frozen_at = models.DateTimeField(auto_now_add=True)


class JoinedDoors(models.Model):
    """Province: two doors became one person's. What moved is kept, so that an undone link can be taken back."""

    source = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    sub = models.CharField(max_length=200, db_index=True)
    """The national portal's `sub` whose door moved from `source` to `target`."""
    because = models.CharField(max_length=20)
    moved = SealedField(context="joined_doors")
    joined_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)


class UsedLogoutToken(models.Model):
    """Province: a logout token counts once."""

    jti = models.CharField(max_length=80, primary_key=True)
    used_at = models.DateTimeField(auto_now_add=True)
