"""Keeps compiled templates between starts: the first visitor of a page after a restart must not wait for a compiler.

What is kept is code, so the folder is ours alone or not used at all; it is ignored by git and may be deleted at any
time. Jinja2 compares each entry with its template's source before using it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from design.assets import BUILT


class KeptTemplates(FileSystemBytecodeCache):
    """A folder of compiled templates; a disk that cannot be written costs speed, never a page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def kept_templates(options: dict[str, object], root: Path = BUILT) -> KeptTemplates | None:
    """The folder for environments made with these options (they shape the compiled code), None if it is not safe."""
    made_with = repr([jinja2.__version__, sorted((n, getattr(v, "__qualname__", repr(v))) for n, v in options.items())])
    folder = root / "templates" / hashlib.sha256(made_with.encode()).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or not os.access(folder, os.W_OK):
        return None
    return KeptTemplates(str(folder))
