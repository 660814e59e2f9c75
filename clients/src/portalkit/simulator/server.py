"""The simulator's two servers: a provider and a register. Standard library and joserfc."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from portalkit.configuration import LEVEL_2
from portalkit.tokens import half_hash

LOOPBACK = "127.0.0.1"


@dataclass
class Person:
    """Who signs in. Made up."""

    sub: str = "sim-1"
    personal_id: str = "045185000999"
    name: str = "Lê Thị Thử"
    birthdate: str = "1985-02-12"


@dataclass
class Simulator:
    """A provider at `issuer` and a register at `register`; what they say may be changed while they run.

    Attributes:
        fault: a name of `faults.FAULTS`, or "".
        register_says: MATCH, NO_MATCH, dead … ; `away`: answers 503 everywhere but at /authorize.
        pushed: the parameters of each pushed request with its headers, oldest first.
    """

    port: int = 0
    register_port: int = 0
    person: Person = field(default_factory=Person)
    fault: str = ""
    register_says: str = "MATCH"
    away: bool = False
    register_away: bool = False
    signed_in_ago: int = 0
    codes_work_twice: bool = False
    pushed: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = _key()
        self._stranger = _key()
        self._requests: dict[str, dict[str, str]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._servers = [_server(self, self.port, _provider), _server(self, self.register_port, _register)]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self._servers[0].server_address[1]}"

    @property
    def register(self) -> str:
        return f"http://{LOOPBACK}:{self._servers[1].server_address[1]}"

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def rotate(self) -> None:
        """A new signing key; the old one is gone from the published set."""
        self.key = _key()

    def logout_token(self, client_id: str, *, typ: str = "logout+jwt", sign_with: str = "", **claims: Any) -> str:
        """A logout token (Back-Channel Logout 2.4); a claim given as None is left out."""
        event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self._signed({"sub": self.person.sub, "events": event} | claims, client_id, typ, sign_with)

    def event_token(self, client_id: str, event: str, **claims: Any) -> str:
        """A security event token (RFC 8417) about the person."""
        subject = {"format": "iss_sub", "iss": self.issuer, "sub": self.person.sub}
        name = f"https://schemas.openid.net/secevent/caep/event-type/{event}"
        body = {"sub_id": subject, "events": {name: {"event_timestamp": int(time.time())}}, "exp": None} | claims
        return self._signed(body, client_id, "secevent+jwt", "")

    def _signed(self, claims: dict[str, Any], client_id: str, typ: str, sign_with: str) -> str:
        now = int(time.time())
        base = {"iss": self.issuer, "aud": client_id, "iat": now, "exp": now + 120, "jti": secrets.token_urlsafe(12)}
        body = {name: value for name, value in (base | claims).items() if value is not None}
        key = self._stranger if sign_with == "stranger" else self.key
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": typ}, body, key)

    # The provider

    def discovery(self) -> dict[str, Any]:
        at = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "userinfo_endpoint": "/userinfo",
            "jwks_uri": "/jwks",
            "pushed_authorization_request_endpoint": "/par",
        }
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in at.items()}

    def push(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """RFC 9126 2.2: what came is kept for the judge."""
        self.pushed.append(form | {"header:dpop": headers.get("dpop", "")})
        name = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(32)}"
        self._requests[name] = form
        return 201, {"request_uri": name, "expires_in": 60}

    def authorize(self, query: dict[str, str]) -> str:
        """The person says yes at once; returns where the browser goes. Empty: the request is unknown."""
        asked = self._requests.pop(query.get("request_uri", ""), None)
        if asked is None:
            return ""
        code = secrets.token_urlsafe(24)
        self._codes[code] = asked
        answer = {"code": code, "state": asked.get("state", ""), "iss": self.issuer}
        match self.fault:
            case "state-other":
                answer["state"] = secrets.token_urlsafe(32)
            case "state-missing":
                del answer["state"]
            case "issuer-other":
                answer["iss"] = "http://other.localhost"
            case "issuer-missing":
                del answer["iss"]
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """RFC 6749 4.1.4."""
        code = form.get("code", "")
        asked = self._codes.get(code) if self.codes_work_twice else self._codes.pop(code, None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(32)
        kind = "Bearer" if self.fault == "token-unbound" else "DPoP"
        issued = {"access_token": access_token, "token_type": kind, "expires_in": 300}
        return 200, issued | {"id_token": self._id_token(asked, access_token)}

    def userinfo(self) -> dict[str, Any]:
        person = self.person
        claims = {"personal_id": person.personal_id, "name": person.name, "birthdate": person.birthdate}
        verified = {"verification": {"trust_framework": "vn_eid", "assurance_level": "level2"}, "claims": claims}
        sub = "sim-other" if self.fault == "subject-other" else person.sub
        return {"sub": sub, "eid_level": 2, "verified_claims": verified}

    def _id_token(self, asked: dict[str, str], access_token: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.person.sub,
            "aud": asked.get("client_id", ""),
            "exp": now + 300,
            "iat": now,
            "auth_time": now - self.signed_in_ago,
            "nonce": asked.get("nonce", ""),
            "acr": LEVEL_2,
            "amr": ["pwd", "otp", "mfa"],
            "sid": "sim-session",
            "at_hash": half_hash(access_token),
        }
        lies: dict[str, dict[str, Any]] = {
            "nonce-other": {"nonce": secrets.token_urlsafe(32)},
            "nonce-missing": {"nonce": None},
            "audience-other": {"aud": "another-portal"},
            "issuer-in-token-other": {"iss": "http://other.localhost"},
            "expired": {"exp": now - 3600, "iat": now - 7200},
            "level-low": {"acr": "urn:motcua:acr:eid1"},
            "hash-other": {"at_hash": half_hash("another token")},
        }
        body = {name: value for name, value in (claims | lies.get(self.fault, {})).items() if value is not None}
        header: dict[str, Any] = {"alg": "ES256", "kid": self.key.kid, "typ": "JWT"}
        if self.fault == "algorithm-none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, body)]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        if self.fault == "signature-other":
            return jwt.encode(header, body, self._stranger)
        if self.fault == "key-in-header":
            own = header | {"kid": self._stranger.kid, "jwk": self._stranger.as_dict(private=False)}
            return jwt.encode(own, body, self._stranger)
        return jwt.encode(header, body, self.key)


def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)


def _server(simulator: Simulator, port: int, answer: Any) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0) or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, document, location = answer(simulator, self.command, parts, body, headers)
            raw = json.dumps(document).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = _any

        def log_message(self, *_: Any) -> None:
            pass

    return ThreadingHTTPServer((LOOPBACK, port), Handler)


def _provider(
    simulator: Simulator, method: str, parts: Any, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, Any], str]:
    query, form = dict(parse_qsl(parts.query)), dict(parse_qsl(body.decode("utf-8", "replace")))
    if parts.path == "/authorize":
        location = simulator.authorize(query)
        return (303, {}, location) if location else (400, {"error": "invalid_request_uri"}, "")
    if simulator.away:
        return 503, {"error": "temporarily_unavailable"}, ""
    match method, parts.path:
        case "GET", "/.well-known/openid-configuration":
            return 200, simulator.discovery(), ""
        case "GET", "/jwks":
            return 200, {"keys": [simulator.key.as_dict(private=False)]}, ""
        case "POST", "/par":
            return *simulator.push(form, headers), ""
        case "POST", "/token":
            return *simulator.token(form), ""
        case "GET", "/userinfo":
            return 200, simulator.userinfo(), ""
    return 404, {"error": "not_found"}, ""


def _register(
    simulator: Simulator, method: str, parts: Any, _body: bytes, _headers: dict[str, str]
) -> tuple[int, dict[str, Any], str]:
    if simulator.register_away:
        return 503, {"error": "temporarily_unavailable"}, ""
    if parts.path == "/token":
        return 200, {"access_token": "simulated", "token_type": "Bearer", "expires_in": 300}, ""
    if parts.path == "/npd/v1/verify":
        dead = simulator.register_says == "dead"
        overall = "MATCH" if dead else simulator.register_says
        return 200, {"overall": overall, "record_state": "dead" if dead else "live", "fields": []}, ""
    return (200, {}, "") if method == "PUT" else (404, {"error": "not_found"}, "")
