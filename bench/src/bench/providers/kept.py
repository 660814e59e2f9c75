"""A database that is filled once and measured many times: millions of rows take longer to write than to ask."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench.postgres import Postgres


class Kept:
    """A filled database that lies in a folder, to be used again by a run that would fill it with the same."""

    def __init__(self, folder: Path, sources: Sequence[Path], *numbers: int) -> None:
        self._folder, self._told = folder, folder / "filled.json"
        texts = b"".join(path.read_bytes() for path in sources)
        stamp = hashlib.sha256(texts + repr(numbers).encode()).hexdigest()
        known = json.loads(self._told.read_text()) if self._told.exists() else {}
        #: Whether it is there already.
        self.filled = known.get("stamp") == stamp
        self._known: dict[str, str] = known if self.filled else {"stamp": stamp}

    def database(self, port: int) -> Postgres:
        """The server, started; an empty one where nothing, or something else, was kept."""
        if self.filled:
            database = Postgres(self._folder / "postgres", port, self._known["password"])
        else:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            database = Postgres(self._folder / "postgres", port)
            self._known["password"] = database.password
        database.start(to_load=not self.filled)
        return database

    def url(self, database: Postgres, name: str) -> str:
        """The URL of its role's database."""
        if not self.filled:
            self._known["secret"] = urlsplit(database.create(name)).password or ""
        return f"postgresql://{name}:{self._known['secret']}@127.0.0.1:{database.port}/{name}"

    def keep(self) -> None:
        """From now on it is filled."""
        self._told.touch(mode=0o600)
        self._told.write_text(json.dumps(self._known))
