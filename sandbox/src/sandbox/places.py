"""Where things are: the workspace, its state folder, the ports. One clone, one state folder, one country."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

PORT_BASE = "MOTCUA_PORT_BASE"
DEFAULT_PORT_BASE = 8600
BEHIND_TLS = 10  # with TLS each system listens this far above its public port, where only the proxy calls


class Fault(Exception):
    """Something the person at the keyboard can mend; the text is one line that says what and how."""


def workspace() -> Path:
    """The root of the clone this command was installed from."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "motcua").is_file():
        raise Fault(f"{root} is not a clone of Một Cửa: run ./motcua from the clone")
    return root


def port_base() -> int:
    """The first of the ports (ten, with TLS sixteen), from `MOTCUA_PORT_BASE`."""
    text = os.environ.get(PORT_BASE, str(DEFAULT_PORT_BASE))
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise Fault(f"MOTCUA_PORT_BASE must be a number from 1024 to 65000, not {text!r}")
    return int(text)


@dataclass(frozen=True)
class Places:
    """The folders and ports of one running country."""

    root: Path
    state: Path
    base: int

    @classmethod
    def default(cls) -> Places:
        root = workspace()
        return cls(root, Path(os.environ.get("MOTCUA_STATE", root / ".motcua")).resolve(), port_base())

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def clock(self) -> Path:
        return self.state / "country-time"

    @property
    def tls(self) -> Path:
        """The folder of the local CA; it is there when the country was made with `up --tls`."""
        return self.state / "tls"

    @property
    def behind_tls(self) -> bool:
        return self.tls.exists()

    def origin(self, host: str, offset: int) -> str:
        return f"{'https' if self.behind_tls else 'http'}://{host}.localhost:{self.base + offset}"

    def listen(self, offset: int) -> str:
        """Where the process itself listens: `127.0.0.1:PORT`."""
        return f"127.0.0.1:{self.base + offset + (BEHIND_TLS if self.behind_tls else 0)}"

    def trust_own_ca(self) -> None:
        """Lets this process's HTTP clients believe the country's own certificates."""
        if self.behind_tls:
            os.environ["EXTRA_CA"] = str(self.tls / "ca.pem")

    def make(self) -> None:
        """Makes the state folder, closed to everybody else."""
        for folder in (self.state, self.logs, self.keys, self.state / "secrets", self.state / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self.state, os.W_OK):
            raise Fault(f"{self.state} cannot be written: change its owner, or set MOTCUA_STATE to another folder")

    def secret(self, name: str) -> str:
        """A random secret kept in the state folder; made on first use."""
        path = self.state / "secrets" / name
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
                sink.write(secrets.token_urlsafe(24))
        return path.read_text()


def refuse_taken_ports(ports: dict[int, str]) -> None:
    """Binds each port alone for a moment; servers that share ports would otherwise hide a stranger on it.

    Raises:
        Fault: names every taken port and who wanted it.
    """
    taken = []
    for port, owner in ports.items():
        with socket.socket() as probe:
            # Connections that ended a moment ago do not hold a port; a listener does, also one that shares it.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.append(f"{port} ({owner})")
    if taken:
        raise Fault(
            f"port {', '.join(taken)} is taken: end what uses it, or choose other ports with MOTCUA_PORT_BASE=8700"
        )
