"""Calls to the e-ID: discovery, keys, PAR, token, userinfo. Unavailable is always said as such."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portalkit.configuration import Configuration
from portalkit.errors import DeniedByPerson, ProviderUnavailable, RefusedByProvider, TokenRefused
from portalkit.proofs import ASSERTION_TYPE, client_assertion, dpop_proof

METADATA_SECONDS = 3600
KEYS_AGAIN_SECONDS = 10


class ToLoopback(httpx.HTTPTransport):
    """`*.localhost` is this machine (RFC 6761 6.3); browsers know it, Python's resolver does not."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host.endswith(".localhost"):
            extensions = {**request.extensions, "sni_hostname": host}
            url = request.url.copy_with(host="127.0.0.1")
            request = httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=extensions
            )
        return super().handle_request(request)


def http_client(verify: Any = True) -> httpx.Client:
    """Bounded in time, without redirects, without a proxy from the environment."""
    return httpx.Client(transport=ToLoopback(verify=verify), timeout=5, trust_env=False)


class Provider:
    """The e-ID, seen by one portal. Safe for several threads."""

    def __init__(self, configuration: Configuration, http: httpx.Client | None = None) -> None:
        self.configuration = configuration
        self.http = http or http_client()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._nonce = ""
        self._lock = threading.Lock()

    def metadata(self) -> dict[str, Any]:
        """RFC 8414 / Discovery; it has to name the issuer that was configured (Discovery 4.3)."""
        with self._lock:
            if self._metadata and time.monotonic() - self._metadata[0] < METADATA_SECONDS:
                return self._metadata[1]
        found = self._json(
            self._send(self.http.build_request("GET", f"{self.configuration.issuer}/.well-known/openid-configuration"))
        )
        if found.get("issuer") != self.configuration.issuer:
            raise RefusedByProvider("discovery names another issuer")
        with self._lock:
            self._metadata = (time.monotonic(), found)
        return found

    def keys(self, *, again: bool = False) -> KeySet:
        """The provider's keys; `again` asks anew, at most every ten seconds."""
        with self._lock:
            known = self._keys
        if known and (not again or time.monotonic() - known[0] < KEYS_AGAIN_SECONDS):
            return known[1]
        answer = self._json(self._send(self.http.build_request("GET", self.metadata()["jwks_uri"])))
        try:
            fetched = KeySet.import_key_set(answer)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError) as error:
            raise ProviderUnavailable(f"its keys cannot be read: {type(error).__name__}") from None
        with self._lock:
            self._keys = (time.monotonic(), fetched)
        return fetched

    def push(self, parameters: dict[str, str]) -> str:
        """Push a request (RFC 9126); returns its `request_uri`."""
        answer = self._call("pushed_authorization_request_endpoint", parameters, accept=(201, 200))
        return str(answer["request_uri"])

    def redeem(self, code: str, verifier: str) -> dict[str, Any]:
        """Redeem a code (RFC 6749 4.1.3, RFC 7636 4.5), bound to our key (RFC 9449 5)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self.configuration.redirect_uri,
        }
        answer = self._call("token_endpoint", form)
        if str(answer.get("token_type", "")).lower() != "dpop":
            raise TokenRefused("the access token is not bound to our key")
        return answer

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Core 5.3, with a DPoP-bound token (RFC 9449 7.1)."""
        url = self.metadata()["userinfo_endpoint"]
        return self._json(self._proven("GET", url, None, access_token))

    def _call(self, endpoint: str, form: dict[str, str], accept: tuple[int, ...] = (200,)) -> dict[str, Any]:
        ours = self.configuration
        url = self.metadata()[endpoint]

        def filled() -> dict[str, str]:
            assertion = client_assertion(ours.key, ours.client_id, ours.issuer)
            named = {"client_id": ours.client_id, "client_assertion_type": ASSERTION_TYPE}
            return form | named | {"client_assertion": assertion}

        return self._json(self._proven("POST", url, filled, ""), accept)

    def _proven(self, method: str, url: str, form: Any, access_token: str) -> httpx.Response:
        for attempt in (1, 2):
            proof = dpop_proof(self.configuration.key, method, url, nonce=self._nonce, access_token=access_token)
            headers = {"DPoP": proof} | ({"Authorization": f"DPoP {access_token}"} if access_token else {})
            data = form() if form else None
            answer = self._send(self.http.build_request(method, url, data=data, headers=headers))
            self._nonce = answer.headers.get("DPoP-Nonce", self._nonce)
            asks_for_nonce = answer.status_code in (400, 401) and "use_dpop_nonce" in (
                answer.text + answer.headers.get("WWW-Authenticate", "")
            )
            if not asks_for_nonce or attempt == 2:
                break
        return answer

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self.http.send(request)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise ProviderUnavailable(f"it answered {answer.status_code}")
        return answer

    def _json(self, answer: httpx.Response, accept: tuple[int, ...] = (200,)) -> dict[str, Any]:
        try:
            found = answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            found = None
        if not isinstance(found, dict):
            raise ProviderUnavailable("its answer is not JSON")
        if answer.status_code not in accept:
            raise error_of(str(found.get("error", "")))
        return found


def error_of(error: str) -> DeniedByPerson | ProviderUnavailable | RefusedByProvider:
    """The provider's error as one of ours: a no of the person, "try later", or a refusal."""
    if error == "access_denied":
        return DeniedByPerson()
    if error in ("temporarily_unavailable", "server_error"):
        return ProviderUnavailable(error)
    return RefusedByProvider(error or "without a reason")
