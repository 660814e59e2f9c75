"""What a new client is given: an id, and a secret where its way to authenticate needs one (RFC 7591 3.2.1)."""

from __future__ import annotations

import secrets
from typing import Any

from eid.clients import secret

_WITH_SECRET = ("client_secret_basic", "client_secret_post")


def complete(metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata with a `client_id` and, where needed, a `client_secret`; what it brings along stays."""
    made = {"client_id": secrets.token_urlsafe(16)} | metadata
    if made.get("token_endpoint_auth_method") in _WITH_SECRET and not made.get("client_secret"):
        made["client_secret"] = secret.make()
    return made
