"""A relying party made of httpx and joserfc: nothing of ours is in it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from wire import loopback

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VERIFIED = {
    "userinfo": {
        "verified_claims": {
            "verification": {
                "trust_framework": {"value": "vn_eid"},
                "assurance_level": None,
                "time": None,
                "evidence": [{"type": {"value": "electronic_record"}}],
            },
            "claims": {"personal_id": None, "name": None, "birthdate": None, "gender": None},
        }
    }
}


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


@dataclass
class Started:
    """What a client keeps between start and callback."""

    url: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass
class RelyingParty:
    issuer: str
    client_id: str
    redirect_uri: str
    sector: str
    system: str = "national"
    backchannel_logout_uri: str | None = None
    name: tuple[str, str] = ("Cổng thử", "Test portal")
    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    )

    dpop_key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    )
    nonce: str | None = None  # the provider's last DPoP nonce

    more: dict[str, Any] = field(default_factory=dict)  # further metadata

    def __post_init__(self) -> None:
        self.http = loopback.client(base_url=self.issuer, timeout=30)

    def metadata(self) -> dict[str, Any]:
        return {
            "client_id": self.client_id,
            "client_name": self.name[0],
            "organization": {"vi": self.name[0], "en": self.name[1]},
            "redirect_uris": [self.redirect_uri],
            "post_logout_redirect_uris": [self.redirect_uri.rsplit("/", 1)[0] + "/"],
            "backchannel_logout_uri": self.backchannel_logout_uri,
            "jwks": {"keys": [self.key.as_dict(private=False)]},
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": "openid identity phone email",
            "sector": self.sector,
            "profile": "fapi2",
            "system": self.system,
        } | self.more

    def assertion(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        payload = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        } | claims
        head = {"alg": "ES256", "kid": self.key.kid} | (header or {})
        return jwt.encode(head, {k: v for k, v in payload.items() if v is not None}, key or self.key)

    def authenticated(self, **form: str) -> dict[str, str]:
        proof = {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        return {"client_id": self.client_id} | proof | form

    def push(self, **form: str) -> httpx.Response:
        return self.http.post("/par", data=self.authenticated(**form))

    def parameters(self, **more: Any) -> tuple[dict[str, str], str]:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        form = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": secrets.token_urlsafe(12),
            "nonce": secrets.token_urlsafe(12),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | more
        if isinstance(form.get("claims"), dict):
            form["claims"] = json.dumps(form["claims"])
        return {name: value for name, value in form.items() if value is not None}, verifier

    def start(self, **more: Any) -> Started:
        form, verifier = self.parameters(**more)
        pushed = self.push(**form)
        assert pushed.status_code == 201, pushed.text
        query = urlencode({"client_id": self.client_id, "request_uri": pushed.json()["request_uri"]})
        return Started(
            f"{self.issuer}/authorize?{query}",
            form.get("state", ""),
            form.get("nonce", ""),
            verifier,
            self.redirect_uri,
        )

    def callback(self, started: Started, landed: str) -> str:
        """Check the response and return its code."""
        answer = self.response(landed)
        assert landed.startswith(self.redirect_uri), landed
        assert answer.get("state") == started.state
        assert answer.get("iss") == self.issuer
        assert "error" not in answer, answer
        return answer["code"]

    def response(self, landed: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(landed).query).items()}

    def proof(self, method: str, path: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A DPoP proof (RFC 9449 4.2); `None` leaves a claim out."""
        payload = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": self.issuer + path,
            "iat": int(time.time()),
            "nonce": self.nonce,
        } | claims
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.dpop_key.as_dict(private=False)} | (header or {})
        head["jwk"] = {name: head["jwk"][name] for name in ("kty", "crv", "x", "y", "n", "e") if name in head["jwk"]}
        return jwt.encode(head, {k: v for k, v in payload.items() if v is not None}, self.dpop_key)

    def token(self, grant_type: str, **form: str) -> httpx.Response:
        """POST /token with a DPoP proof; once more with the nonce when the provider asks for one (RFC 9449 8)."""
        for _ in range(2):
            answer = self.http.post(
                "/token",
                data=self.authenticated(grant_type=grant_type, **form),
                headers={"dpop": self.proof("POST", "/token")},
            )
            self.nonce = answer.headers.get("dpop-nonce", self.nonce)
            if answer.status_code != 400 or answer.json().get("error") != "use_dpop_nonce":
                break
        return answer

    def redeem(self, code: str, verifier: str, **more: str | None) -> httpx.Response:
        form: dict[str, Any] = {
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self.redirect_uri,
        } | more
        return self.token("authorization_code", **{k: v for k, v in form.items() if v is not None})

    def id_token(self, token: str, started: Started) -> dict[str, Any]:
        """Verify an ID token as a careful client does."""
        claims = self.claims(token)
        assert claims["nonce"] == started.nonce
        return claims

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of an ID token for this client, without a look at its nonce."""
        keys = KeySet.import_key_set(self.http.get("/jwks").json())
        claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
        assert claims["iss"] == self.issuer
        assert claims["aud"] == self.client_id
        assert claims["exp"] > time.time() > claims["iat"] - 5
        return claims

    def use_headers(self, access_token: str, path: str = "/userinfo", method: str = "GET") -> dict[str, str]:
        """How a DPoP-bound token is presented (RFC 9449 7.1)."""
        digest = hashlib.sha256(access_token.encode()).digest()
        ath = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {"authorization": f"DPoP {access_token}", "dpop": self.proof(method, path, ath=ath)}

    def userinfo(self, access_token: str) -> httpx.Response:
        return self.http.get("/userinfo", headers=self.use_headers(access_token))
