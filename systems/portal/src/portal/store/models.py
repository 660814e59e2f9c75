"""Files as they sleep, and the documents of a person that point at them."""

from __future__ import annotations

import uuid

from django.db import models

from portal.accounts.models import Profile
from portal.sealing import SealedField


class StoredFile(models.Model):
    """One accepted file: content encrypted with a key of its own, which is sealed by the portal's key ring.

    Without the row's `file_key` the content is noise, so erasing the key erases the file in every backup.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = SealedField(context="file_name")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file_key = SealedField(context="file_key")
    content = models.BinaryField()
    received_at = models.DateTimeField(auto_now_add=True)


class Source(models.TextChoices):
    """Where a document of the store comes from."""

    OLD_ACCOUNT = "old_account"
    DOSSIER = "dossier"
    RESULT = "result"


class Document(models.Model):
    """One paper in a person's store. The same content from the same source is kept once (`unique_document`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="documents")
    name = SealedField(context="document_name")
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=12, choices=Source.choices)
    issuer = models.CharField(max_length=200, blank=True, default="")
    dossier_code = models.CharField(max_length=60, blank=True, default="")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "source", "sha256", "dossier_code"], name="unique_document")
        ]
        indexes = [models.Index(fields=["profile", "-added_at"])]

    def link_fingerprint(self) -> str:
        """What must come back unchanged when a link is undone."""
        return f"{self.sha256}:{self.source}:{self.dossier_code}"
