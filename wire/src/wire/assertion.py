"""Keys of a client or a system, and its assertions for `private_key_jwt` (RFC 7523, OpenID Connect Core 9)."""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

LIFETIME_SECONDS = 60


def load_or_create_key(path: Path) -> ECKey:
    """A P-256 signing key kept at `path` (JWK, mode 0600); made on first use.

    The file appears whole or not at all, so two processes that start together end with one key.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
        write_once(path, json.dumps(key.as_dict(private=True)).encode())
    return ECKey.import_key(json.loads(path.read_text()))


def write_once(path: Path, content: bytes) -> None:
    """Writes `content` to `path` unless it exists; readers never see half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        sink.write(content)
        os.fsync(sink.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def public_jwks(*keys: ECKey) -> dict[str, Any]:
    """The JWK Set (RFC 7517 section 5) of the public halves."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def client_assertion(client_id: str, audience: str, key: ECKey) -> str:
    """A fresh assertion: iss = sub = `client_id`, one audience, 60 seconds, a `jti` never used before."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": secrets.token_urlsafe(24),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "JWT"}, claims, key)
