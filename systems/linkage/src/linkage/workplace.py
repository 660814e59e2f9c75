"""The folder of one dry run: what is in it, who may read it, how a file comes into it whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import NotIngested

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything in here is personal data except ``report/`` and ``ledger/``; the folder has mode 0700."""

    root: Path

    def make(self) -> Workplace:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        # guard: linkage-work-is-private
        self.root.chmod(0o700)
        for name in ("input", "stages", "ledger", "report"):
            (self.root / name).mkdir(exist_ok=True)
        return self

    @property
    def input(self) -> Path:
        return self.root / "input"

    @property
    def stages(self) -> Path:
        return self.root / "stages"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def report(self) -> Path:
        return self.root / "report"

    def reference_key(self) -> bytes:
        """The secret behind account and person references: made once, for this folder alone."""
        path = self.root / "reference.key"
        if not path.exists():
            with whole(path) as part:
                part.touch(mode=0o600)
                part.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()

    def take_reference_key_of(self, other: Workplace) -> None:
        """References of this folder become those of ``other``, so that both can be compared."""
        path = self.root / "reference.key"
        with whole(path) as part:
            part.touch(mode=0o600)
            part.write_bytes(other.reference_key())

    def manifest(self, name: str) -> dict[str, Any]:
        """What a finished step said about itself. Raises NotIngested."""
        path = self.root / f"{name}.json"
        if not path.is_file():
            raise NotIngested(f"{name} is not finished in {self.root}")
        content: dict[str, Any] = json.loads(path.read_text())
        return content

    def write_manifest(self, name: str, content: dict[str, Any]) -> None:
        with whole(self.root / f"{name}.json") as part:
            part.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to; the file takes its own name only when the block ends well and the bytes are on the disk."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    yield part
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(path)


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
