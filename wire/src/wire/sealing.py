"""Sealed columns and blind indexes.

A value is sealed with AES-256-GCM under a data key that is itself sealed by the system's key (envelope encryption): a
rotation re-seals keys, not rows. The context (`"table.column"`) is authenticated, so a sealed value cannot be moved to
another column. A blind index is an HMAC under another key of the same system: equal values meet inside one system,
never across two, and a dump shows nothing.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wire.assertion import write_once

VERSION = 1
DATA_KEY_USES = 2**20  # far below the 2**32 random nonces that GCM allows for one key


class SealBroken(Exception):
    """A sealed value was changed, belongs to another column, or its key is gone."""


class Sealer:
    """Seals and opens text of one system.

    Blob: version (1) | key id (4) | length of the next (1) | sealed data key (12 + 32 + 16) | nonce (12) | ciphertext.
    """

    def __init__(self, keys: dict[bytes, bytes], current: bytes, index_key: bytes) -> None:
        self._keys, self._current, self._index_key = keys, current, index_key
        self._lock = threading.Lock()
        self._fresh: tuple[bytes, AESGCM] | None = None
        self._uses = 0
        self._opened: dict[bytes, AESGCM] = {}
        self._keyed: dict[str, hmac.HMAC] = {}

    @classmethod
    def load_or_create(cls, path: Path) -> Sealer:
        """The key ring kept at `path` (JSON, mode 0600); made on first use."""
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            current, key, index = secrets.token_hex(4), secrets.token_bytes(32), secrets.token_bytes(32)
            made = {"current": current, "keys": {current: _text(key)}, "index": _text(index)}
            write_once(path, json.dumps(made).encode())
        ring = json.loads(path.read_text())
        keys = {bytes.fromhex(key_id): base64.b64decode(key) for key_id, key in ring["keys"].items()}
        return cls(keys, bytes.fromhex(ring["current"]), base64.b64decode(ring["index"]))

    def seal(self, text: str, context: str) -> bytes:
        """`text` sealed for the column `context`; two seals of one text differ."""
        wrapped, cipher = self._data_key()
        nonce = secrets.token_bytes(12)
        head = bytes([VERSION]) + self._current + bytes([len(wrapped)]) + wrapped
        return head + nonce + cipher.encrypt(nonce, text.encode(), head + context.encode())

    def open(self, blob: bytes, context: str) -> str:
        """What `seal` sealed for this column.

        Raises:
            SealBroken: changed, moved, or sealed by another system.
        """
        blob = bytes(blob)
        if len(blob) < 6 or blob[0] != VERSION:
            raise SealBroken("not a sealed value")
        key_id, size = blob[1:5], blob[5]
        wrapped, rest = blob[6 : 6 + size], blob[6 + size :]
        try:
            cipher = self._opened.get(wrapped) or self._unwrap(key_id, wrapped)
            return cipher.decrypt(rest[:12], rest[12:], blob[: 6 + size] + context.encode()).decode()
        except (InvalidTag, ValueError, KeyError):
            raise SealBroken(f"cannot open a value of {context}") from None

    def blind(self, text: str, context: str) -> bytes:
        """32 bytes that equal values of one column share; HMAC-SHA-256 under the system's index key."""
        keyed = self._keyed.get(context)
        if keyed is None:  # the key and the context are hashed once: half of what a short text costs
            keyed = self._keyed[context] = hmac.new(self._index_key, context.encode() + b"\0", "sha256")
        made = keyed.copy()
        made.update(text.encode())
        return made.digest()

    def _data_key(self) -> tuple[bytes, AESGCM]:
        with self._lock:
            if self._fresh is None or self._uses >= DATA_KEY_USES:
                data_key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
                wrapped = nonce + AESGCM(self._keys[self._current]).encrypt(nonce, data_key, self._current)
                self._fresh, self._uses = (wrapped, AESGCM(data_key)), 0
            self._uses += 1
            return self._fresh

    def _unwrap(self, key_id: bytes, wrapped: bytes) -> AESGCM:
        cipher = AESGCM(AESGCM(self._keys[key_id]).decrypt(wrapped[:12], wrapped[12:], key_id))
        if len(self._opened) > 4096:  # one entry per process run that ever wrote; never grows without bound
            self._opened.clear()
        self._opened[wrapped] = cipher
        return cipher


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
