"""The one secret of a commune site: what signs sessions and protects forms."""

from __future__ import annotations

import secrets
from pathlib import Path

from wire.assertion import write_once

SECRET_FILE = "django-secret"  # noqa: S105 - a file name


def django_secret(keys_dir: Path) -> str:
    """The secret in KEYS_DIR (folder 0700, file 0600); made on first use, once for all processes."""
    path = keys_dir / SECRET_FILE
    if not path.exists():
        keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, secrets.token_urlsafe(50).encode())
    return path.read_text().strip()
