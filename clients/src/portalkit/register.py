"""The population register, asked once more at the moment of a link. Its silence is never a no."""

from __future__ import annotations

import time
from typing import Any

import httpx

from portalkit.configuration import Configuration
from portalkit.proofs import ASSERTION_TYPE, client_assertion
from portalkit.provider import http_client

MATCH, UNAVAILABLE = "MATCH", "UNAVAILABLE"


class Register:
    """Verify for the purpose `account_link`, for accounts that this portal has opened."""

    def __init__(self, configuration: Configuration, http: httpx.Client | None = None) -> None:
        self.configuration = configuration
        self.http = http or http_client()
        self._token: tuple[float, str] | None = None

    def verify(self, account: str, *, personal_id: str, full_name: str, birth_date: str) -> str:
        """`MATCH` for a living person of whom all of it is true, another word of the register, or `UNAVAILABLE`.

        `account` is a UUID; the register knows it as `portal_account:<uuid>`. `birth_date`: ISO 8601, also `1985`.
        """
        reference = f"/npd/v1/references/portal_account/{account}"
        question = {
            "purpose": {"code": "account_link", "reference": f"portal_account:{account}"},
            "subject": {"personal_id": personal_id, "full_name": full_name, "birth_date": birth_date},
        }
        try:
            self._ask("PUT", reference, {})
            answer = self._ask("POST", "/npd/v1/verify", question)
        except (httpx.HTTPError, ValueError, KeyError):
            return UNAVAILABLE
        if answer.get("overall") == MATCH and answer.get("record_state") != "live":
            return str(answer.get("record_state", UNAVAILABLE)).upper()
        return str(answer.get("overall", UNAVAILABLE))

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._access_token()}"}
        answer = self.http.request(method, f"{self.configuration.register}{path}", json=body, headers=headers)
        answer.raise_for_status()
        found = answer.json() if answer.content else {}
        return found if isinstance(found, dict) else {}

    def _access_token(self) -> str:
        if self._token and time.monotonic() < self._token[0]:
            return self._token[1]
        ours = self.configuration
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(ours.key, ours.client_id, ours.register),
        }
        answer = self.http.post(f"{ours.register}/token", data=form)
        answer.raise_for_status()
        found = answer.json()
        self._token = (time.monotonic() + int(found["expires_in"]) - 30, str(found["access_token"]))
        return self._token[1]
