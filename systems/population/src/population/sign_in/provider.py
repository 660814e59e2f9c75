"""Calls to the e-ID: pushed request, code, userinfo. Its silence is EidUnavailable, never a no."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from wire import loopback
from wire.assertion import client_assertion

ACR = "urn:motcua:acr:eid2"
CALLBACK = "/vneid/tro-ve"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_USE_NONCE = "use_dpop_nonce"


class EidUnavailable(Exception):
    """The e-ID did not answer, or not with something usable."""


class EidRefused(Exception):
    """The e-ID said no; its error code (RFC 6749 4.1.2.1, 5.2)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Provider:
    """One issuer, and this register as its client ``client_id``."""

    def __init__(self, issuer: str, client_id: str, origin: str, key: ECKey) -> None:
        self.issuer, self.client_id, self._origin, self._key = issuer, client_id, origin, key
        self._http = loopback.async_client()
        self._proving = ECKey.generate_key("P-256", private=True)
        self._nonce = ""
        self._metadata: dict[str, Any] = {}
        self._jwks: tuple[dict[str, Any], float] = ({}, 0.0)

    async def close(self) -> None:
        await self._http.aclose()

    async def start(self, state: str, nonce: str, verifier: str, language: str) -> str:
        """Push a request for a sign-in of level 2; the address to send the browser to. Raises EidUnavailable."""
        person = {name: {"essential": True} for name in ("personal_id", "name", "birthdate", "gender")}
        claims = {
            "id_token": {"acr": {"essential": True, "values": [ACR]}},
            "userinfo": {
                "verified_claims": {"verification": {"trust_framework": {"value": "vn_eid"}}, "claims": person}
            },
        }
        metadata = await self._known()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        said = await self._post(
            metadata["pushed_authorization_request_endpoint"],
            {
                "response_type": "code",
                "redirect_uri": self._origin + CALLBACK,
                "scope": "openid",
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                "acr_values": ACR,
                "claims": json.dumps(claims),
                "ui_locales": language,
            },
        )
        if not isinstance(said.get("request_uri"), str):
            raise EidUnavailable("par")
        asked = httpx.QueryParams({"client_id": self.client_id, "request_uri": said["request_uri"]})
        return f"{metadata['authorization_endpoint']}?{asked}"

    async def redeem(self, code: str, verifier: str) -> tuple[str, dict[str, Any]]:
        """The ID token and userinfo behind a code. Raises EidUnavailable, EidRefused."""
        metadata = await self._known()
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        said = await self._post(metadata["token_endpoint"], form | {"redirect_uri": self._origin + CALLBACK})
        # guard: npd-eid-token-is-bound
        if str(said.get("token_type")).lower() != "dpop":
            raise EidUnavailable("token_type")
        try:
            token, id_token = str(said["access_token"]), str(said["id_token"])
        except KeyError:
            raise EidUnavailable("token") from None
        return id_token, await self._call("GET", metadata["userinfo_endpoint"], None, token)

    async def jwks(self, *, again: bool = False) -> dict[str, Any]:
        """The e-ID's keys; ``again`` asks anew, at most every ten seconds. Raises EidUnavailable."""
        known, asked = self._jwks
        if not known or (again and time.monotonic() - asked > 10):
            known = self._json(await self._send("GET", (await self._known())["jwks_uri"], None, {}))
            self._jwks = known, time.monotonic()
        return known

    async def _known(self) -> dict[str, Any]:
        if not self._metadata:
            said = self._json(await self._send("GET", f"{self.issuer}/.well-known/openid-configuration", None, {}))
            if said.get("issuer") != self.issuer:
                raise EidUnavailable("metadata of another issuer")
            self._metadata = said
        return self._metadata

    async def _post(self, address: str, form: dict[str, str]) -> dict[str, Any]:
        return await self._call("POST", address, form, "")

    async def _call(self, method: str, address: str, form: dict[str, str] | None, token: str) -> dict[str, Any]:
        for _ in range(2):
            headers = {"DPoP": self._proof(method, address, token)}
            if token:
                headers["Authorization"] = f"DPoP {token}"
            data = None
            if form is not None:
                assertion = client_assertion(self.client_id, self.issuer, self._key)
                proof = {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}
                data = form | {"client_id": self.client_id} | proof
            answer = await self._send(method, address, data, headers)
            self._nonce = answer.headers.get("dpop-nonce", self._nonce)
            if _USE_NONCE not in answer.text + answer.headers.get("www-authenticate", ""):
                break
        return self._json(answer)

    async def _send(
        self, method: str, address: str, data: dict[str, str] | None, headers: dict[str, str]
    ) -> httpx.Response:
        try:
            answer = await self._http.request(method, address, data=data, headers=headers)
        except httpx.HTTPError as fault:
            raise EidUnavailable(type(fault).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise EidUnavailable(f"status {answer.status_code}")
        return answer

    @staticmethod
    def _json(answer: httpx.Response) -> dict[str, Any]:
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise EidUnavailable("shape")
        if answer.status_code >= 400:
            raise EidRefused(str(said.get("error", "")))
        return said

    def _proof(self, method: str, address: str, token: str) -> str:
        public = {name: self._proving.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
        claims: dict[str, Any] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": address}
        claims["iat"] = int(time.time())
        if self._nonce:
            claims["nonce"] = self._nonce
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": public}, claims, self._proving)
