"""Puts files away and takes them out: AES-256-GCM under a key of the file's own, bound to the row, checked by hash."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.store.inspection import Inspected
from portal.store.models import StoredFile

_NONCE = bytes(12)  # every file has a key of its own, used once


class FileDamaged(Exception):
    """The stored bytes are not those that were put away."""


def put(inspected: Inspected, content: bytes) -> StoredFile:
    """Seal and save an inspected file, in the caller's transaction."""
    key, identity = secrets.token_bytes(32), uuid.uuid4()
    return StoredFile.objects.create(
        id=identity,
        name=inspected.name,
        media_type=inspected.media_type,
        size=inspected.size,
        sha256=hashlib.sha256(content).hexdigest(),
        file_key=key.hex(),
        content=AESGCM(key).encrypt(_NONCE, content, identity.bytes),
    )


def take(stored: StoredFile) -> bytes:
    """The content in clear. Raises FileDamaged when it was changed where it sleeps."""
    try:
        content = AESGCM(bytes.fromhex(stored.file_key)).decrypt(_NONCE, bytes(stored.content), stored.id.bytes)
    except InvalidTag:
        raise FileDamaged(str(stored.id)) from None
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged(str(stored.id))
    return content


def same_content(stored: StoredFile, expected_sha256: str) -> bool:
    """Whether a file is the one that a receipt names, by hash."""
    return secrets.compare_digest(stored.sha256, expected_sha256)
