"""What the client knows of a provider: where its endpoints are, as whom it calls, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.load.connection import Connection
from bench.load.proofs import Key


@dataclass(frozen=True)
class Relying:
    """A registration at a provider, and its key."""

    client_id: str
    redirect_uri: str
    key: Key
    scope: str = "openid email"


@dataclass
class Target:
    """A running provider. `processes` are the roots of its process trees: (server, database or None)."""

    name: str
    issuer: str
    host: str
    port: int
    metadata: dict[str, Any]
    plain: Relying  # authorization code with private_key_jwt and PKCE, Bearer tokens
    fapi2: Relying  # PAR and DPoP besides
    machine: Relying  # client credentials and introspection
    server_pid: int
    database_pid: int | None
    cookies: list[bytes] = field(default_factory=list)  # one browser with a session each

    @property
    def origin(self) -> str:
        """Where all its addresses begin."""
        return f"http://{self.host}:{self.port}"

    def path(self, endpoint: str) -> str:
        """The path of an endpoint of the metadata document; empty when the provider has none."""
        address: str = self.metadata.get(endpoint, "")
        return "/" + address.split("/", 3)[3] if address else ""


@dataclass
class User:
    """One browser and the connection that it and its relying party share."""

    connection: Connection
    cookie: bytes
    dpop: Key = field(default_factory=Key)
    nonce: str | None = None
    access_token: str = ""
    refresh_token: str = ""
