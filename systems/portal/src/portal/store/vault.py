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


PART_BYTES = 64 * 1024  # as base64 in a signed message it stays below the 128,000 bytes that joserfc reads (seen)


def sealed_part(stored: StoredFile, part: int) -> tuple[bytes, int]:
    """A part of a file as it sleeps, and how many parts there are: what may travel to who was given the key."""
    content = bytes(stored.content)
    parts = max(1, -(-len(content) // PART_BYTES))
    return content[part * PART_BYTES : (part + 1) * PART_BYTES], parts


def open_foreign(content: bytes, key: str, identity: uuid.UUID) -> bytes:
    """The content in clear of a file that another portal sealed. Raises FileDamaged."""
    try:
        return AESGCM(bytes.fromhex(key)).decrypt(_NONCE, content, identity.bytes)
    except (InvalidTag, ValueError):
        raise FileDamaged(str(identity)) from None
