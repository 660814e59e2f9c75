"""This portal's own signing key: client assertions, and (by `exchange`) messages to other portals."""

from __future__ import annotations

import os
import secrets
from functools import cache

from joserfc.jwk import ECKey

from portal.config import CONFIG
from wire.assertion import load_or_create_key, write_once

SIGNING_FILE = "signing.json"
SECRET_FILE = "django-secret"  # noqa: S105  (a file name)


@cache
def signing_key() -> ECKey:
    """The P-256 key whose public half the e-ID and the register know."""
    return load_or_create_key(CONFIG.keys_dir / SIGNING_FILE)


def ensure() -> None:
    """Create what is missing in the keys folder (mode 0700)."""
    from portal.sealing import sealer

    CONFIG.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(CONFIG.keys_dir, 0o700)
    signing_key()
    sealer()
    secret = CONFIG.keys_dir / SECRET_FILE
    if not secret.exists():
        write_once(secret, secrets.token_urlsafe(48).encode())
