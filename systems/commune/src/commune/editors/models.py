"""Editors and their failed sign-ins."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Editor(AbstractUser):
    """Somebody who may sign in to the editor."""


class FailedSignIn(models.Model):
    """One failed sign-in, by the real clock. Neither the name nor the address can be read back from it."""

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"])]

    def __str__(self) -> str:
        return f"{self.at.isoformat()}"
