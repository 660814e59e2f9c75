"""The OpenID Provider as this portal sees it: its metadata, its keys, and our authenticated calls to it.

The client is Authlib's `OAuth2Client` over `wire.loopback`'s transport; `private_key_jwt` is ours (one fresh
assertion per call, aud = issuer, 60 s), because Authlib repeats a `jti` when claims are given; so is DPoP, which
Authlib does not have.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from authlib.common.urls import add_params_to_qs
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client

from portal.config import CONFIG
from portal.eid_login.dpop import USE_NONCE, Dpop
from portal.keys import signing_key
from wire import loopback
from wire.assertion import client_assertion

METADATA_LIFE = 3600.0
KEYS_LIFE = 300.0
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NEEDED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
)


class ProviderUnavailable(Exception):
    """The provider did not answer, or not with something usable. Nothing can be concluded from it."""


class ProviderRefused(Exception):
    """The provider answered with an OAuth error; `error` is its code (RFC 6749 section 5.2)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class _NonceNeeded(Exception):
    """RFC 9449 section 9: the same call again, with the nonce that came along."""


@dataclass(frozen=True)
class Grant:
    """What the token endpoint gave for a code."""

    id_token: str
    access_token: str


class Provider:
    """One issuer, and this portal as its client. Threads may share it."""

    def __init__(self, issuer: str, client_id: str) -> None:
        self.issuer, self.client_id = issuer, client_id
        self._lock = threading.Lock()
        self._dpop = Dpop()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, dict[str, Any]] | None = None
        self._own_tokens: dict[str, tuple[float, str]] = {}

    def metadata(self) -> dict[str, Any]:
        """The discovery document (OpenID Connect Discovery 1.0). Raises ProviderUnavailable."""
        with self._lock:
            if self._metadata is None or time.monotonic() > self._metadata[0]:
                said = self._get(f"{self.issuer}/.well-known/openid-configuration")
                # guard: metadata-of-another-issuer
                if said.get("issuer") != self.issuer or any(name not in said for name in NEEDED):
                    raise ProviderUnavailable("metadata")
                self._metadata = (time.monotonic() + METADATA_LIFE, said)
            return self._metadata[1]

    def jwks(self, *, refresh: bool = False) -> dict[str, Any]:
        """The provider's keys. `refresh` asks again (an unknown `kid`), at most every 10 seconds."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            now = time.monotonic()
            young = self._keys is not None and now < self._keys[0] - KEYS_LIFE + 10
            if self._keys is None or now > self._keys[0] or (refresh and not young):
                self._keys = (now + KEYS_LIFE, self._get(address))
            return self._keys[1]

    def push(self, parameters: dict[str, str]) -> str:
        """Push an authorization request (RFC 9126); returns the `request_uri`."""
        said = self._post(self.metadata()["pushed_authorization_request_endpoint"], parameters)
        if not isinstance(said.get("request_uri"), str):
            raise ProviderUnavailable("par")
        return str(said["request_uri"])

    def exchange_code(self, code: str, code_verifier: str, redirect_uri: str) -> Grant:
        """Redeem a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""
        endpoint = self.metadata()["token_endpoint"]
        try:
            try:
                token = self._fetch(endpoint, code, code_verifier, redirect_uri)
            except OAuthError as refused:
                if refused.error != USE_NONCE:
                    raise
                token = self._fetch(endpoint, code, code_verifier, redirect_uri)  # now with the nonce
        except OAuthError as refused:
            raise ProviderRefused(str(refused.error)) from None
        except (httpx.HTTPError, ValueError) as fault:
            raise ProviderUnavailable(type(fault).__name__) from None
        # guard: eid-token-is-bound
        if str(token.get("token_type")).lower() != "dpop":
            raise ProviderUnavailable("token_type")
        if not token.get("id_token") or not token.get("access_token"):
            raise ProviderUnavailable("token")
        return Grant(str(token["id_token"]), str(token["access_token"]))

    def call_for_itself(self, method: str, address: str, document: Any, scope: str) -> httpx.Response:
        """A call with a token of this portal for itself (RFC 6749 4.4), bound to our key.

        Raises ProviderUnavailable, ProviderRefused.
        """
        token = self._own_token(scope)
        try:
            with loopback.client() as http:
                for _ in range(2):
                    proof = self._dpop.proof(method, address, token)
                    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
                    answer = http.request(method, address, json=document, headers=headers)
                    self._dpop.hear(answer)
                    if USE_NONCE not in answer.headers.get("www-authenticate", ""):
                        break
        except httpx.HTTPError as fault:
            raise ProviderUnavailable(type(fault).__name__) from None
        if answer.status_code == 401:
            self._own_tokens.pop(scope, None)  # revoked, or of a key that is gone: the next call gets a fresh one
        return answer

    def _own_token(self, scope: str) -> str:
        """A token for ourselves, kept for most of its life."""
        until, token = self._own_tokens.get(scope, (0.0, ""))
        if time.monotonic() < until:
            return token
        endpoint, form = self.metadata()["token_endpoint"], {"grant_type": "client_credentials", "scope": scope}
        try:
            said = self._post(endpoint, form, dpop=True)
        except ProviderRefused as refused:
            if refused.error != USE_NONCE:
                raise
            said = self._post(endpoint, form, dpop=True)  # now with the nonce
        token = str(said.get("access_token"))
        life = said.get("expires_in")
        if isinstance(life, int):
            self._own_tokens[scope] = (time.monotonic() + life * 0.8, token)
        return token

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Claims about the person (OpenID Connect Core 5.3). Raises ProviderUnavailable."""
        address = self.metadata()["userinfo_endpoint"]
        for _ in range(2):
            proof = self._dpop.proof("GET", address, access_token)
            with contextlib.suppress(_NonceNeeded):
                return self._get(address, {"Authorization": f"DPoP {access_token}", "DPoP": proof})
        raise ProviderUnavailable("nonce")

    def _fetch(self, endpoint: str, code: str, code_verifier: str, redirect_uri: str) -> dict[str, Any]:
        with self._client() as client:
            token: dict[str, Any] = client.fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=code_verifier,
                redirect_uri=redirect_uri,
                headers={"DPoP": self._dpop.proof("POST", endpoint)},
            )
        return token

    def _client(self) -> OAuth2Client:
        client = OAuth2Client(
            self.client_id,
            token_endpoint_auth_method="private_key_jwt",  # noqa: S106  (the name of a method)
            transport=loopback.LoopbackTransport(verify=loopback.shared_trust()),
            timeout=loopback.TIMEOUT,
            trust_env=False,
            event_hooks={"response": [self._dpop.hear]},
        )
        client.register_client_auth_method(("private_key_jwt", self._authenticate))
        return client

    def _assertion(self) -> dict[str, str]:
        return {
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(self.client_id, self.issuer, signing_key()),
        }

    def _authenticate(self, _client: Any, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, str]:
        text = body.decode() if isinstance(body, bytes) else str(body or "")
        signed = add_params_to_qs(text, list(self._assertion().items()))
        return uri, httpx.Headers(headers), signed  # case-insensitive: Authlib sets Content-Length itself

    def _post(self, address: str, form: dict[str, str], *, dpop: bool = False) -> dict[str, Any]:
        headers = {"DPoP": self._dpop.proof("POST", address)} if dpop else {}
        try:
            with loopback.client() as http:
                answer = http.post(address, data=form | self._assertion(), headers=headers)
            self._dpop.hear(answer)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise ProviderUnavailable(type(fault).__name__) from None
        if 400 <= answer.status_code < 500 and isinstance(said, dict) and "error" in said:
            raise ProviderRefused(str(said["error"]))
        if answer.status_code >= 300 or not isinstance(said, dict):
            raise ProviderUnavailable(f"status {answer.status_code}")
        return said

    def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            with loopback.client() as http:
                answer = http.get(address, headers=headers or {})
            self._dpop.hear(answer)
            if answer.status_code == 401 and USE_NONCE in answer.headers.get("www-authenticate", ""):
                raise _NonceNeeded
            said = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise ProviderUnavailable(type(fault).__name__) from None
        if answer.status_code != 200 or not isinstance(said, dict):
            raise ProviderUnavailable(f"status {answer.status_code}")
        return said


@cache
def provider() -> Provider:
    """The e-ID provider of this deployment."""
    return Provider(CONFIG.eid_issuer, CONFIG.eid_client_id)
