"""POST /notices: a service tells one of its users something important, into the inbox of the owner's page.

The words are ours and the kinds are few, so no service can write to anybody. Who is meant is named by the service's own
`sub`, or by the personal number for a person whom the service has not met: the answer is the same whether or not there
is such an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from eid.clients import Client
from eid.endpoints.http import Answer, Scope
from eid.endpoints.own_tokens import OwnTokens
from eid.oidc import scopes
from eid.oidc.errors import InvalidRequest, TemporarilyUnavailable
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.notices import NoticeKind, ServiceNotices
from eid.storage.rate_limits import Limit, RateLimits
from eid.storage.subjects import Subjects

PATH: Final = "/notices"
PER_PERSON: Final = Limit("notices", 20, timedelta(days=1))


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    kind: NoticeKind
    sub: str | None = None
    personal_id: str | None = None


@dataclass(frozen=True)
class NoticesEndpoint:
    """202 once it is kept, also for one that came before."""

    own_tokens: OwnTokens
    accounts: Accounts
    subjects: Subjects
    notices: ServiceNotices
    limits: RateLimits
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Raises InvalidToken, InsufficientScope, InvalidRequest; TemporarilyUnavailable beyond 20 a day and person."""
        client = await self.own_tokens.client(scope, PATH, scopes.NOTICES_SEND)
        try:
            told = msgspec.json.decode(body, type=_Told)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise InvalidRequest("not a notice") from None
        if (told.sub is None) == (told.personal_id is None):
            raise InvalidRequest("either sub or personal_id")
        whose = f"{client.client_id}\n{told.sub or told.personal_id}"
        # guard: eid-notices-of-a-day
        if not await self.limits.reserve(PER_PERSON, whose, datetime.now(UTC)):
            raise TemporarilyUnavailable("too many notices for one person today")
        account_id = await self._account(client, told)
        if await self.notices.receive(client.client_id, told.id, account_id, told.kind) and account_id is not None:
            await self.audit.write("notice_taken", account_id=account_id, client_id=client.client_id, kind=told.kind)
        return Answer(202, b"")

    async def _account(self, client: Client, told: _Told) -> UUID | None:
        if told.personal_id is not None:
            return await self.accounts.find_id(told.personal_id)
        return await self.subjects.owner(told.sub or "", client.sector)
