"""The only module that knows the population register exists (docs/interfaces.md section 3).

Asks it whether a person is who the account says, and shows owners who asked about them. The register's silence is
RegisterUnavailable, never an answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

import httpx
import msgspec
from joserfc.jwk import ECKey

from eid.clients import Name
from wire import loopback, signed
from wire.assertion import client_assertion

_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MARGIN: Final = 30.0
_LOOK_AGAIN: Final = 60.0
_Answer = TypeVar("_Answer")


class RegisterUnavailable(Exception):
    """The register cannot be asked now: away, overloaded, or our quota is used up. Not an answer."""


class RegisterMessageRefused(Exception):
    """A push that is not the register's, or not for us."""


class Vouched(msgspec.Struct, frozen=True):
    """What the register said about a person."""

    request_id: str
    overall: str
    answered_at: datetime
    record_state: str = "live"

    @property
    def is_match(self) -> bool:
        """Whole match with a live record: the only answer that vouches."""
        # guard: eid-register-must-match-live
        return self.overall == "MATCH" and self.record_state == "live"


class Access(msgspec.Struct, frozen=True):
    """One line of the owner's access history."""

    at: datetime
    agency: Name
    purpose: str
    what: str
    fields: tuple[str, ...] = ()
    result_shown: bool = False


class _History(msgspec.Struct):
    entries: list[Access]


class AccessEvent(msgspec.Struct, frozen=True):
    """The opened subject of a pushed event; `personal_id` finds the account and goes no further."""

    personal_id: str
    agency: Name
    purpose: str
    at: datetime


class DeathEvent(msgspec.Struct, frozen=True):
    """The register wrote a person's death."""

    personal_id: str
    at: datetime


class NumberEvent(msgspec.Struct, frozen=True):
    """The register gave the person another number."""

    personal_id: str
    new_personal_id: str
    at: datetime


class DataEvent(msgspec.Struct, frozen=True):
    """The register mended what it says of the person; only what changed is named."""

    personal_id: str
    at: datetime
    full_name: str | None = None
    birth_date: str | None = None
    sex: Literal["M", "F"] | None = None


class MergedEvent(msgspec.Struct, frozen=True):
    """The record of this number turned out to be another record's person, and went up in that one."""

    personal_id: str
    at: datetime


class SplitEvent(msgspec.Struct, frozen=True):
    """The record of this number turned out to be of two people."""

    personal_id: str
    at: datetime


class RestoredEvent(msgspec.Struct, frozen=True):
    """A death, a cancellation or a merge was written in error."""

    personal_id: str
    at: datetime


RegisterEvent = AccessEvent | DeathEvent | NumberEvent | DataEvent | MergedEvent | SplitEvent | RestoredEvent
_EVENTS: Final[dict[str, type[RegisterEvent]]] = {
    "urn:motcua:register:access": AccessEvent,
    "urn:motcua:register:death": DeathEvent,
    "urn:motcua:register:number-changed": NumberEvent,
    "urn:motcua:register:name-changed": DataEvent,
    "urn:motcua:register:data-corrected": DataEvent,
    "urn:motcua:register:records-merged": MergedEvent,
    "urn:motcua:register:record-split": SplitEvent,
    "urn:motcua:register:restored": RestoredEvent,
}


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float


class _Jwks(msgspec.Struct):
    keys: list[dict[str, Any]]


@dataclass
class _Bearer:
    token: str = ""
    until: float = 0.0


class PopulationClient:
    """One client per process; keeps its connection and its access token."""

    def __init__(self, origin: str, client_id: str, key: ECKey, issuer: str) -> None:
        self._origin = origin
        self._client_id = client_id
        self._key = key
        self._issuer = issuer
        self._http = loopback.async_client(base_url=origin)
        self._bearer = _Bearer()
        self._jwks: dict[str, Any] = {"keys": []}
        self._jwks_at = 0.0

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()

    async def verify(self, account_id: UUID, *, full_name: str, birth_date: str, personal_id: str) -> Vouched:
        """Ask whether the register knows this very person (purpose eid_account). Raises RegisterUnavailable."""
        body = {
            "purpose": self._purpose("eid_account", account_id),
            "subject": {"full_name": full_name, "birth_date": birth_date, "personal_id": personal_id},
        }
        return self._decode(await self._ask("/npd/v1/verify", body, account_id), Vouched)

    async def owner_view(self, account_id: UUID, personal_id: str) -> Sequence[Access]:
        """Who asked the register about the owner of this account. Raises RegisterUnavailable."""
        body = {"purpose": self._purpose("owner_view", account_id), "personal_id": personal_id}
        return self._decode(await self._ask("/npd/v1/access-history", body, account_id), _History).entries

    async def read_event(self, token: str) -> tuple[str, RegisterEvent]:
        """Verify and open a pushed security event token; returns its jti and content.

        Raises RegisterMessageRefused, or RegisterUnavailable when the register's keys cannot be had.
        """
        for again in (False, True):
            jwks = await self._register_jwks(again)
            try:
                # guard: eid-register-event-verified
                payload = signed.verify(token, jwks, "secevent+jwt", issuer=self._origin, audience=self._issuer)
                break
            except signed.SignatureRefused as refused:
                if again or time.monotonic() - self._jwks_at < _LOOK_AGAIN:
                    raise RegisterMessageRefused(str(refused)) from None
        try:
            ((kind, body),) = payload["events"].items()
            event = msgspec.convert(signed.open_sealed(body["sealed"], self._key), _EVENTS[kind], strict=False)
            return str(payload["jti"]), event
        except (KeyError, TypeError, ValueError, AttributeError, msgspec.ValidationError, signed.SignatureRefused):
            raise RegisterMessageRefused("the event cannot be read") from None

    def _purpose(self, code: str, account_id: UUID) -> dict[str, str]:
        return {"code": code, "reference": f"eid_account:{account_id}"}

    async def _ask(self, path: str, body: dict[str, Any], account_id: UUID) -> bytes:
        answer = await self._send("POST", path, body)
        if answer.status_code == 403 and b'"unknown_reference"' in answer.content:
            opened = await self._send("PUT", f"/npd/v1/references/eid_account/{account_id}", {})
            if opened.status_code >= 300:
                raise RegisterUnavailable("the reference cannot be opened")
            answer = await self._send("POST", path, body)
        if answer.status_code != 200:
            raise RegisterUnavailable(f"the register answered {answer.status_code}")
        return answer.content

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        try:
            answer = await self._authorised(method, path, body)
            if answer.status_code == 401:
                self._bearer = _Bearer()
                answer = await self._authorised(method, path, body)
        except httpx.HTTPError as error:
            raise RegisterUnavailable(type(error).__name__) from None
        return answer

    async def _authorised(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        return await self._http.request(method, path, json=body, headers=headers)

    async def _access_token(self) -> str:
        if time.monotonic() < self._bearer.until:
            return self._bearer.token
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": client_assertion(self._client_id, self._origin, self._key),
        }
        answer = await self._http.post("/token", data=form)
        if answer.status_code != 200:
            raise RegisterUnavailable(f"the register's token endpoint answered {answer.status_code}")
        granted = self._decode(answer.content, _Granted)
        self._bearer = _Bearer(granted.access_token, time.monotonic() + granted.expires_in - _MARGIN)
        return granted.access_token

    async def _register_jwks(self, again: bool) -> dict[str, Any]:
        if again or not self._jwks["keys"]:
            try:
                answer = await self._http.get("/jwks")
                answer.raise_for_status()
                self._jwks = {"keys": self._decode(answer.content, _Jwks).keys}
                self._jwks_at = time.monotonic()
            except httpx.HTTPError as error:
                raise RegisterUnavailable(type(error).__name__) from None
        return self._jwks

    @staticmethod
    def _decode(content: bytes, kind: type[_Answer]) -> _Answer:
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise RegisterUnavailable("the register's answer cannot be read") from None
