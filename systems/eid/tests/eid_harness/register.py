"""A register whose answers a test chooses (docs/interfaces.md section 3, over HTTP).

The journeys in test_real_register_vouches.py use the real `population serve`; this one can also fall silent,
answer nonsense, or change its mind between two questions.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc.jwk import ECKey

from wire import signed


class Register:
    """`answers[personal_id]` is (overall, record_state); `down` makes every call a 503."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, str]] = {}
        self.history: list[dict[str, Any]] = []
        self.down = False
        self.garbage = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.references: set[str] = set()
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        register = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(200, {"keys": [register.key.as_dict(private=False)]})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if register.down:
                    self.reply(503, {"error": "temporarily_unavailable"})
                elif self.path == "/token":
                    self.reply(200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300})
                else:
                    self.reply(*register.answer(self.path, json.loads(body)))

            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                register.references.add(self.path.replace("/npd/v1/references/", "").replace("/", ":"))
                self.reply(503 if register.down else 200, {})

            def reply(self, status: int, document: dict[str, Any]) -> None:
                raw = b"<html>" if register.garbage else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://population.localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append((path, body))
        if body["purpose"]["reference"] not in self.references:
            return 403, {"error": "unknown_reference"}
        if path.endswith("/access-history"):
            return 200, {"entries": self.history}
        overall, state = self.answers.get(body["subject"]["personal_id"], ("MATCH", "live"))
        now = datetime.now(UTC).isoformat()
        return 200, {
            "request_id": secrets.token_hex(8),
            "overall": overall,
            "record_state": state,
            "fields": [],
            "answered_at": now,
        }

    def event(self, issuer: str, eid_jwks: dict[str, Any], personal_id: str, **more: Any) -> str:
        """A pushed security event token as the register writes it; `kind` and `inside` for another than an access."""
        kind = more.pop("kind", "urn:motcua:register:access")
        inside = more.pop("inside", None) or {
            "personal_id": personal_id,
            "agency": {"code": "G22", "vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal"},
            "purpose": "account_match",
            "at": datetime.now(UTC).isoformat(),
        }
        now = int(time.time())
        payload = {
            "iss": self.origin,
            "aud": issuer,
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_urlsafe(12),
            "events": {kind: {"sealed": signed.seal_to(inside, eid_jwks)}},
        } | more
        return signed.sign(payload, self.key, "secevent+jwt")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
