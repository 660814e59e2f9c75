"""A receiver of shared signals: manages its stream over HTTP, takes pushes, polls. Verifies with joserfc."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from eid.keys import KeyRing
from eid.tokens import issue
from eid_harness.running import RunningEid
from wire import loopback

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
SSF = "https://schemas.openid.net/secevent/ssf/event-type/"
PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
EVERYTHING = [
    *(CAEP + name for name in ("session-revoked", "credential-change", "assurance-level-change")),
    *(RISC + name for name in ("account-disabled", "account-enabled", "identifier-changed")),
    "urn:motcua:event:person-deceased",
    "urn:motcua:event:personal-number-changed",
]


def own_token(eid: RunningEid, client_id: str, scope: str, **more: Any) -> str:
    """What the client credentials grant gives, made with the provider's own key."""
    facts: dict[str, Any] = {
        "issuer": eid.issuer,
        "sub": client_id,
        "client_id": client_id,
        "grant_id": uuid4(),
        "scope": tuple(scope.split()),
        "now": int(time.time()),
        "audience": (eid.issuer,),
    }
    return issue.access_token(KeyRing(Path(eid.environment["EID_KEYS_DIR"])).current, **(facts | more))


@dataclass
class Pushed:
    """One push as it arrived."""

    at: float
    headers: dict[str, str]
    token: str


@dataclass
class Receiver:
    """`answer(token)` decides status and body of a push."""

    eid: RunningEid
    client_id: str
    scope: str = "ssf.read ssf.manage"
    pushed: list[Pushed] = field(default_factory=list)
    answer: Callable[[str], tuple[int, bytes]] = lambda token: (202, b"")

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                token = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.pushed.append(Pushed(time.time(), headers, token))
                status, body = receiver.answer(token)
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint_url = f"http://127.0.0.1:{self.server.server_address[1]}/events"
        self.http = loopback.client(base_url=self.eid.issuer, timeout=40)

    def call(self, method: str, path: str, document: Any = None, *, token: str | None = None) -> httpx.Response:
        bearer = token or own_token(self.eid, self.client_id, self.scope)
        headers = {"authorization": f"Bearer {bearer}"}
        if document is not None:
            headers["content-type"] = "application/json"
        content = None if document is None else json.dumps(document).encode()
        return self.http.request(method, path, content=content, headers=headers)

    def create(self, **more: Any) -> dict[str, Any]:
        """A push stream for everything, after taking away the one that there was."""
        self.drop()
        delivery = {"method": PUSH, "endpoint_url": self.endpoint_url, "authorization_header": "Bearer pushed"}
        answer = self.call("POST", "/ssf/streams", {"events_requested": EVERYTHING, "delivery": delivery} | more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def drop(self) -> None:
        for stream in self.call("GET", "/ssf/streams").json():
            self.call("DELETE", f"/ssf/streams?stream_id={stream['stream_id']}")

    def poll(self, **asked: Any) -> dict[str, Any]:
        answer = self.call("POST", "/ssf/poll", {"returnImmediately": True} | asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, token: str) -> dict[str, Any]:
        """Verify one token as SSF 4.1 and RFC 8417 ask."""
        decoded = jwt.decode(token, KeySet.import_key_set(self.http.get("/jwks").json()), algorithms=["ES256"])
        assert decoded.header["typ"] == "secevent+jwt"
        claims = decoded.claims
        assert (claims["iss"], claims["aud"]) == (self.eid.issuer, self.client_id)
        assert "exp" not in claims
        assert "sub" not in claims
        assert len(claims["events"]) == 1
        assert claims["iat"] <= time.time() + 1
        return claims

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Every pushed event so far: its last word, its claims."""
        read = [self.read(pushed.token) for pushed in list(self.pushed)]
        return [(next(iter(claims["events"])).rpartition("/")[2].rpartition(":")[2], claims) for claims in read]

    def wait_for(self, *names: str, seconds: float = 8) -> dict[str, dict[str, Any]]:
        """The claims of the last event of each name, once all have come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = dict(self.events())
            if set(names) <= set(found):
                return found
            time.sleep(0.05)
        raise AssertionError(f"waited for {names}, got {[name for name, _ in self.events()]}")

    def close(self) -> None:
        self.drop()
        self.server.shutdown()
        self.server.server_close()
