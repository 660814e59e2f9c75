"""The keys of the register: one that signs tokens and events, one ring that seals columns."""

from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from wire.assertion import load_or_create_key, public_jwks
from wire.sealing import Sealer


def ensure(folder: Path) -> None:
    """Make what is missing; the folder is for this user only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing_key(folder)
    sealer(folder)


def signing_key(folder: Path) -> ECKey:
    """Signs access tokens and security events (ES256)."""
    return load_or_create_key(folder / "signing.json")


def sealer(folder: Path) -> Sealer:
    """Seals the personal columns."""
    return Sealer.load_or_create(folder / "sealing.json")


def jwks(folder: Path) -> dict[str, Any]:
    """The public half, as others fetch or are handed it."""
    return public_jwks(signing_key(folder))
