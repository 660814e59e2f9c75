"""The two agencies as a portal's test sees them: real HTTP servers in threads, speaking the contract, told what to say.

`Issuer` is an OpenID Provider whose every claim a test may bend (attacks); `RegisterDesk` answers `verify` as told. The
real e-ID and the real register are met in tests/journeys.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from portal.eid_login.identity import VerifiedIdentity
from wire.assertion import public_jwks


class _Server:
    """An HTTP server on a fixed port of loopback."""

    def __init__(self, port: int) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            do_POST = do_PUT = do_DELETE = do_GET

            def _answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                status, body = outer.handle(self.command, self.path, dict(self.headers), self.rfile.read(size))
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@dataclass
class Pushed:
    """One pushed authorization request, and what the person did with it."""

    parameters: dict[str, str]
    identity: VerifiedIdentity | None = None
    bend: dict[str, Any] = field(default_factory=dict)


class Issuer(_Server):
    """An OpenID Provider. `approve` is the person signing in; `bend` overrides ID token or userinfo claims."""

    def __init__(self, origin: str, port: int) -> None:
        self.origin = origin
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self.pushed: dict[str, Pushed] = {}
        self.codes: dict[str, Pushed] = {}
        self.tokens: dict[str, Pushed] = {}
        self.bound: dict[str, str] = {}
        self.assertion_ids: list[str] = []
        self.down = False
        self.notices: list[dict[str, Any]] = []
        self.notice_answer = 202
        super().__init__(port)

    def approve(self, address: str, who: VerifiedIdentity, **bend: Any) -> dict[str, str]:
        """The person signs in at the address the portal sent him to; returns the callback's query."""
        request_uri = parse_qs(urlsplit(address).query)["request_uri"][0]
        pushed = self.pushed.pop(request_uri)
        pushed.identity, pushed.bend = who, bend
        code = secrets.token_urlsafe(16)
        self.codes[code] = pushed
        return {"code": code, "state": pushed.parameters["state"], "iss": self.origin}

    def refuse(self, address: str, error: str = "access_denied") -> dict[str, str]:
        """The person declines, or the provider says no."""
        request_uri = parse_qs(urlsplit(address).query)["request_uri"][0]
        state = self.pushed.pop(request_uri).parameters["state"]
        return {"error": error, "state": state, "iss": self.origin}

    def request_at(self, address: str) -> dict[str, str]:
        """What was pushed for this address."""
        return self.pushed[parse_qs(urlsplit(address).query)["request_uri"][0]].parameters

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if self.down:
            return 503, {"error": "temporarily_unavailable"}
        if path == "/notices":
            token = headers.get("Authorization", "").removeprefix("DPoP ")
            assert self._proven(headers, "POST", path, token) == self.bound.get(token)
            self.notices.append(json.loads(body))
            return self.notice_answer, {}
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if path == "/.well-known/openid-configuration":
            return 200, self._metadata()
        if path == "/jwks":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/par":
            self._count_assertion(form)
            request_uri = "urn:ietf:params:oauth:request_uri:" + secrets.token_urlsafe(12)
            self.pushed[request_uri] = Pushed(form)
            return 201, {"request_uri": request_uri, "expires_in": 60}
        if path == "/token":
            self._count_assertion(form)
            return self._token(form, self._proven(headers, "POST", path))
        if path == "/userinfo":
            scheme, _, token = headers.get("Authorization", "").partition(" ")
            jkt = self._proven(headers, "GET", path, token)
            assert (scheme, jkt) == ("DPoP", self.bound.get(token)), "only the key that the token is bound to"
            return self._userinfo(token)
        return 404, {}

    def _proven(self, headers: dict[str, str], method: str, path: str, token: str | None = None) -> str:
        """The thumbprint of the key behind a DPoP proof (RFC 9449 4.3)."""
        given = headers["Dpop" if "Dpop" in headers else "DPoP"]
        header = json.loads(base64.urlsafe_b64decode(given.split(".")[0] + "=="))
        key = ECKey.import_key(header["jwk"])
        claims = jwt.decode(given, key, algorithms=["ES256"]).claims
        assert (header["typ"], claims["htm"], claims["htu"]) == ("dpop+jwt", method, self.origin + path)
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            assert claims["ath"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert claims["jti"] not in self.assertion_ids
        self.assertion_ids.append(claims["jti"])
        return key.thumbprint()

    def _count_assertion(self, form: dict[str, str]) -> None:
        payload = form["client_assertion"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        assert claims["aud"] == self.origin
        self.assertion_ids.append(claims["jti"])

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.origin,
            "authorization_endpoint": self.origin + "/authorize",
            "token_endpoint": self.origin + "/token",
            "pushed_authorization_request_endpoint": self.origin + "/par",
            "userinfo_endpoint": self.origin + "/userinfo",
            "jwks_uri": self.origin + "/jwks",
            "end_session_endpoint": self.origin + "/logout",
        }

    def _token(self, form: dict[str, str], jkt: str) -> tuple[int, Any]:
        if form.get("grant_type") == "client_credentials":
            access_token = secrets.token_urlsafe(16)
            self.bound[access_token] = jkt
            return 200, {"access_token": access_token, "token_type": "DPoP", "expires_in": 600}
        pushed = self.codes.pop(form.get("code", ""), None)
        if pushed is None or pushed.identity is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == pushed.parameters["code_challenge"]
        access_token = secrets.token_urlsafe(16)
        self.tokens[access_token], self.bound[access_token] = pushed, jkt
        return 200, {
            "access_token": access_token,
            "token_type": pushed.bend.get("token_type", "DPoP"),
            "expires_in": 60,
            "id_token": self.id_token(pushed, pushed.bend.get("key", self.key)),
        }

    def id_token(self, pushed: Pushed, key: ECKey) -> str:
        who = pushed.identity
        assert who is not None
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "sub": who.sub,
            "aud": pushed.parameters["client_id"],
            "exp": now + 60,
            "iat": now,
            "nonce": pushed.parameters["nonce"],
            "auth_time": who.auth_time,
            "acr": who.acr,
            "amr": list(who.amr),
            "sid": who.sid,
        } | pushed.bend.get("id_token", {})
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, key)

    def _userinfo(self, token: str) -> tuple[int, Any]:
        pushed = self.tokens.get(token)
        if pushed is None or pushed.identity is None:
            return 401, {"error": "invalid_token"}
        who = pushed.identity
        person = {
            "personal_id": who.personal_id,
            "name": who.full_name,
            "birthdate": who.birth_date,
            "gender": who.sex,
        }
        said = {
            "sub": who.sub,
            "eid_level": who.eid_level,
            "verified_claims": {
                "verification": {"trust_framework": "vn_eid", "time": who.verified_at},
                "claims": person,
            },
        }
        said |= {name: value for name, value in (("phone_number", who.phone), ("email", who.email)) if value}
        return 200, said | pushed.bend.get("userinfo", {})

    def logout_token(self, client_id: str, sid: str | None, **bend: Any) -> str:
        """A logout token (Back-Channel Logout 1.0)."""
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "aud": client_id,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(8),
            "sid": sid,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | bend
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": "logout+jwt"}, claims, self.key)

    def security_event(self, client_id: str, kind: str, who: VerifiedIdentity, **bend: Any) -> str:
        """A security event token (SSF 1.0) about a person; `session=sid` names one session, `event` its body."""
        now = int(time.time())
        user = {"format": "iss_sub", "iss": self.origin, "sub": who.sub}
        sid = bend.pop("session", None)
        session = {"format": "complex", "user": user, "session": {"format": "opaque", "id": sid}}
        key, header = bend.pop("key", self.key), bend.pop("header", {})
        claims = {
            "iss": self.origin,
            "aud": client_id,
            "iat": now,
            "toe": now,
            "jti": secrets.token_urlsafe(8),
            "txn": secrets.token_urlsafe(8),
            "sub_id": session if sid else user,
            "events": {kind: bend.pop("event", {})},
        } | bend
        return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "secevent+jwt"} | header, claims, key)


class RegisterDesk(_Server):
    """The register, told what to say. `asked` keeps the bodies of `verify`."""

    def __init__(self, port: int) -> None:
        self.reset()
        super().__init__(port)

    key = ECKey.generate_key("P-256", auto_kid=True)

    def reset(self) -> None:
        """Says MATCH and live, is up, remembers nothing."""
        self.overall, self.fields, self.record_state = "MATCH", [], "live"
        self.down = False
        self.status: tuple[int, Any] | None = None
        self.asked: list[dict[str, Any]] = []

    def says(self, overall: str, **fields: str) -> None:
        """The next answers."""
        self.overall = overall
        self.fields = [{"name": name, "result": result} for name, result in fields.items()]

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if self.down:
            return 503, {"error": "temporarily_unavailable"}
        if path == "/token":
            return 200, {"access_token": "at", "expires_in": 300}
        if path == "/jwks":
            return 200, public_jwks(self.key)
        if path.startswith("/npd/v1/references/"):
            return 200, {}
        if path == "/npd/v1/verify":
            self.asked.append(json.loads(body))
            if self.status:
                return self.status
            said = {"request_id": secrets.token_hex(8), "overall": self.overall, "fields": self.fields}
            return 200, said | {"answered_at": "2024-05-04T14:50:00+07:00", "record_state": self.record_state}
        return 404, {}
