"""Pending e-ID sign-ins and logout tokens that were already used."""

# mypy: disable-error-code="var-annotated"
# (Django fills in the types of model fields; without its plugin mypy cannot see them.)
from __future__ import annotations

from django.db import models

from portal.sealing import SealedField


class LoginState(models.Model):
    """One pending e-ID sign-in: one state, one intent, one use, 10 minutes, bound to the browser session."""

    state_hash = models.BinaryField(primary_key=True)
    intent = models.CharField(max_length=10)  # sign_in | link | late_link | undo | step_up
    session_binding = models.CharField(max_length=64)
    body = SealedField(context="login_state")  # JSON: nonce, code_verifier, acr, next, and what the intent is about
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class UsedLogoutToken(models.Model):
    """A logout or security event token that was taken: its `jti` is not taken twice (Back-Channel Logout 1.0 2.6)."""

    jti_hash = models.BinaryField(primary_key=True)
    expires_at = models.DateTimeField()
