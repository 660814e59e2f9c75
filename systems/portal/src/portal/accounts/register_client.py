"""The only module that knows the population register. It asks, it never guesses: no answer is not a "no".

Serves: interfaces.md section 3 (purpose, reference, `verify`, `lookup`, `same-household`); at+jwt by
client_credentials with private_key_jwt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from portal.accounts.matching import RegisterAnswer
from portal.config import CONFIG
from portal.keys import signing_key
from wire import loopback
from wire.assertion import client_assertion

KEYS_AGAIN_SECONDS = 10.0


class RegisterUnavailable(Exception):
    """No answer that could be believed: unreachable, 5xx, a broken token, an unknown shape. Never a "no match"."""


class NotJudged(RegisterUnavailable):
    """The register does not judge this: one of the numbers has no live record. Else read as silence."""


class QuotaExceeded(Exception):
    """The register counts tries too. `scope` is "reference", "number" or "client"; `retry_after` in seconds."""

    def __init__(self, scope: str, retry_after: int) -> None:
        super().__init__(scope)
        self.scope, self.retry_after = scope, retry_after


@dataclass(frozen=True)
class Reference:
    """The live account or dossier that a question is asked for, e.g. ("portal_account", "<uuid>")."""

    kind: str
    ref: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True)
class Subject:
    """Whom the question is about: always name + birth date (ISO, perhaps partial) + number (TT136 article 3)."""

    full_name: str
    birth_date: str
    personal_id: str


@dataclass(frozen=True)
class Verification:
    """The register's answer. `record_state` ("live", "dead", "cancelled", "merged") only for proven persons."""

    request_id: str
    answer: RegisterAnswer
    record_state: str


class Register:
    """One client of the register with its token. Threads may share it."""

    def __init__(self, origin: str, client_id: str) -> None:
        self._origin, self._client_id = origin, client_id
        self._token, self._token_until = "", 0.0
        self._keys: tuple[dict[str, Any], float] = ({}, 0.0)
        self._lock = threading.Lock()
        self._http = loopback.client()

    def verify(
        self, purpose: str, reference: Reference, subject: Subject, *, procedure_code: str | None = None
    ) -> Verification:
        """Does the register know such a person? Raises RegisterUnavailable, QuotaExceeded."""
        body = self._body(purpose, reference, subject, procedure_code)
        said = self._ask("/npd/v1/verify", body, reference)
        try:
            fields = tuple((str(f["name"]), f["result"]) for f in said.get("fields", ()))
            answer = RegisterAnswer(said["overall"], fields)
            verification = Verification(str(said["request_id"]), answer, str(said.get("record_state", "")))
        except (KeyError, TypeError) as fault:
            raise RegisterUnavailable("shape") from fault
        # guard: unknown-answer-is-no-answer
        if answer.overall not in ("MATCH", "NO_MATCH", "NOT_FOUND", "INSUFFICIENT"):
            raise RegisterUnavailable("overall")
        return verification

    def lookup(
        self,
        purpose: str,
        reference: Reference,
        subject: Subject,
        fields: Sequence[str],
        *,
        procedure_code: str | None = None,
    ) -> dict[str, Any]:
        """The granted fields of a proven person, by name; empty when the key does not agree with a living record.

        Raises RegisterUnavailable, QuotaExceeded.
        """
        body = self._body(purpose, reference, subject, procedure_code) | {"fields": list(fields)}
        values = self._ask("/npd/v1/lookup", body, reference).get("values")
        if not isinstance(values, dict):
            raise RegisterUnavailable("shape")
        return values

    def same_household(self, purpose: str, reference: Reference, personal_ids: tuple[str, str]) -> bool:
        """Do two persons live in one household (conflicts of interest)? Raises RegisterUnavailable, QuotaExceeded."""
        body = {"purpose": {"code": purpose, "reference": str(reference)}, "personal_ids": list(personal_ids)}
        said = self._ask("/npd/v1/same-household", body, reference)
        if not isinstance(said.get("same_household"), bool):
            raise RegisterUnavailable("shape")
        return bool(said["same_household"])

    def answers(self) -> bool:
        """Does the register answer this portal now (a token, and its health)?"""
        try:
            self._bearer()
            return self._http.get(self._origin + "/healthz").status_code == 200
        except (RegisterUnavailable, httpx.HTTPError):
            return False

    def jwks(self, *, refresh: bool = False) -> dict[str, Any]:
        """The keys that the register signs its events with. `refresh` asks anew, at most every ten seconds."""
        with self._lock:
            known, asked = self._keys
            if known and not (refresh and time.monotonic() - asked > KEYS_AGAIN_SECONDS):
                return known
            self._keys = (self._call_unproven("/jwks"), time.monotonic())
            return self._keys[0]

    def _call_unproven(self, path: str) -> dict[str, Any]:
        try:
            answer = self._http.get(self._origin + path)
            said = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as fault:
            raise RegisterUnavailable(type(fault).__name__) from None
        if not isinstance(said, dict):
            raise RegisterUnavailable("shape")
        return said

    def close(self, reference: Reference) -> None:
        """Tell the register that the reference lives no more."""
        self._call("DELETE", f"/npd/v1/references/{reference.kind}/{reference.ref}", None)

    def _body(self, purpose: str, reference: Reference, subject: Subject, procedure_code: str | None) -> dict[str, Any]:
        why = {"code": purpose, "reference": str(reference)}
        if procedure_code:
            why["procedure_code"] = procedure_code
        return {"purpose": why, "subject": subject.__dict__}

    def _ask(self, path: str, body: dict[str, Any], reference: Reference) -> dict[str, Any]:
        # Opening is idempotent; a reference lives as long as its account or dossier.
        self._call("PUT", f"/npd/v1/references/{reference.kind}/{reference.ref}", {})
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        try:
            answer = self._http.request(method, self._origin + path, json=body, headers=headers)
            if answer.status_code == 401:
                self._token_until = 0.0
            said = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as fault:
            raise RegisterUnavailable(type(fault).__name__) from None
        if answer.status_code == 429 and isinstance(said, dict):
            raise QuotaExceeded(str(said.get("scope", "client")), int(said.get("retry_after") or 86_400))
        if answer.status_code == 400 and path.endswith("/same-household"):
            raise NotJudged("no live record")
        # guard: unavailable-is-never-no
        if answer.status_code >= 300 or not isinstance(said, dict):
            raise RegisterUnavailable(f"status {answer.status_code}")
        return said

    def _bearer(self) -> str:
        with self._lock:
            if time.monotonic() < self._token_until:
                return self._token
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": client_assertion(self._client_id, self._origin, signing_key()),
            }
            try:
                answer = self._http.post(self._origin + "/token", data=form)
                granted = answer.json()
                self._token = str(granted["access_token"])
                life = float(granted.get("expires_in", 300))
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as fault:
                raise RegisterUnavailable(f"token: {type(fault).__name__}") from None
            self._token_until = time.monotonic() + max(0.0, life - 30)
            return self._token


@cache
def register() -> Register:
    """This portal's client of the register."""
    return Register(CONFIG.population_origin, CONFIG.population_client_id)


def verify(purpose: str, reference: Reference, subject: Subject, *, procedure_code: str | None = None) -> Verification:
    """See `Register.verify`."""
    return register().verify(purpose, reference, subject, procedure_code=procedure_code)


def lookup(
    purpose: str, reference: Reference, subject: Subject, fields: Sequence[str], *, procedure_code: str | None = None
) -> dict[str, Any]:
    """See `Register.lookup`."""
    return register().lookup(purpose, reference, subject, fields, procedure_code=procedure_code)


def same_household(purpose: str, reference: Reference, personal_ids: tuple[str, str]) -> bool:
    """See `Register.same_household`."""
    return register().same_household(purpose, reference, personal_ids)
