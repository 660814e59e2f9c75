"""The e-ID as the register's pages see it: takes a pushed request, gives a code, tokens and userinfo."""

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc.jwk import ECKey

from wire.assertion import public_jwks
from wire.signed import sign

ACR = "urn:motcua:acr:eid2"
Page = Any


@dataclass
class Issuer:
    """``says`` bends the ID token, ``tells`` userinfo."""

    port: int
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    pushed: dict[str, str] = field(default_factory=dict)
    person: tuple[str, str] = ("", "")
    says: dict[str, Any] = field(default_factory=dict)
    tells: dict[str, Any] = field(default_factory=dict)
    nonces: int = 0
    token_type: str = "DPoP"

    @property
    def origin(self) -> str:
        return f"http://eid.localhost:{self.port}"

    def answer(self, path: str, body: str, headers: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            names |= {"jwks_uri": "jwks", "pushed_authorization_request_endpoint": "par"}
            return 200, {"issuer": self.origin} | {n: f"{self.origin}/{v}" for n, v in names.items()}, {}
        if path == "/jwks":
            return 200, public_jwks(self.key), {}
        assert headers.get("DPoP")
        if path == "/par":
            self.nonces += 1
            if self.nonces == 1:
                return 400, {"error": "use_dpop_nonce"}, {"DPoP-Nonce": "n1"}
            self.pushed = dict(parse_qsl(body))
            return 201, {"request_uri": "urn:x", "expires_in": 60}, {}
        if path == "/token":
            assert dict(parse_qsl(body))["client_id"] == "population"
            return 200, {"token_type": self.token_type, "access_token": "at", "id_token": self._id_token()}, {}
        number, name = self.person
        verified = {"verification": {"trust_framework": "vn_eid"}, "claims": {"personal_id": number, "name": name}}
        return 200, {"sub": "s1", "eid_level": 2, "verified_claims": verified} | self.tells, {}

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "aud": "population",
            "sub": "s1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.pushed["nonce"],
            "acr": ACR,
            "amr": ["pwd", "otp", "mfa"],
        }
        key = self.says.pop("key", self.key)
        return sign(claims | self.says, key, "JWT")


class Guest:
    """A browser at the register's pages: cookies by hand, as they are Secure and this is loopback."""

    def __init__(self, register: Any, issuer: Issuer) -> None:
        self.register, self.issuer = register, issuer
        self.cookies: dict[str, str] = {}

    def sign_in(self, number: str, name: str, then: str = "/cua-toi") -> Page:
        answer = self.get(f"/vneid/bat-dau?next={then}")
        assert answer.status_code == 303, answer.text
        assert parse_qs(urlsplit(answer.headers["location"]).query)["client_id"] == ["population"]
        self.issuer.person = (number, name)
        return self.come_back(self.issuer.pushed["state"])

    def come_back(self, state: str, iss: str = "") -> Page:
        return self.get(f"/vneid/tro-ve?code={secrets.token_urlsafe(8)}&state={state}&iss={iss or self.issuer.origin}")

    def get(self, path: str) -> Page:
        return self._keep(self.register.http.get(path, headers=self._headers()))

    def post(self, path: str, page: Page | None = None, origin: str = "", **fields: str) -> Page:
        token = "" if page is None else page.text.partition('name="form_token" value="')[2].partition('"')[0]
        headers = self._headers() | {"Origin": origin or self.register.origin}
        return self._keep(self.register.http.post(path, data={"form_token": token} | fields, headers=headers))

    def _headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "Accept": "text/html", "Accept-Language": "en"}

    def _keep(self, answer: Page) -> Page:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            if name.startswith("__Host-"):
                assert "Secure" in line
                assert "HttpOnly" in line
                self.cookies[name] = rest.partition(";")[0]
        return answer


def as_json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
