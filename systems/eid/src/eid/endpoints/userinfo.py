"""GET and POST /userinfo (OpenID Connect Core 5.3, RFC 6750, IDA 1.0)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from eid.endpoints.http import Answer, Scope, header, json
from eid.endpoints.sender_constraint import SenderConstraint
from eid.grants import userinfo
from eid.grants.grant import Grant, within
from eid.keys import KeyRing
from eid.oidc import scopes
from eid.oidc.errors import InvalidToken
from eid.storage.accounts import Accounts, Person
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.grants import Grants
from eid.tokens import issue

_GENDER = {"F": "female", "M": "male"}


@dataclass(frozen=True)
class Userinfo:
    """Tells what was consented; every telling is on the owner's page."""

    issuer: str
    keys: KeyRing
    constraint: SenderConstraint
    clients: Clients
    grants: Grants
    accounts: Accounts
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """The token comes in the Authorization header only (RFC 6750 2.1; never in an address)."""
        kind, _, token = header(scope, b"authorization").partition(" ")
        kind, token = kind.lower(), token.strip()
        if kind not in ("bearer", "dpop") or not token:
            raise InvalidToken
        claims = issue.read_access_token(
            token,
            self.keys.all,
            issuer=self.issuer,
            now=int(time.time()),
            audience=issue.userinfo_audience(self.issuer),
        )
        client = None if claims is None else await self.clients.find(claims.client_id)
        if claims is None or client is None:
            raise InvalidToken("the token is not good", scheme="DPoP" if kind == "dpop" else "Bearer")
        await self.constraint.of_use(scope, client, claims, token, kind)
        grant = await self.grants.standing(claims.grant_id)
        if grant is None:
            raise InvalidToken("the token is not good", scheme="DPoP" if kind == "dpop" else "Bearer")
        grant = within(grant, scopes.parse(claims.scope))
        answer = await self._told(grant)
        return answer.with_headers((b"dpop-nonce", self.constraint.nonce().encode())) if kind == "dpop" else answer

    async def _told(self, grant: Grant) -> Answer:
        person = await self.accounts.person(grant.account_id)
        told = userinfo.release(grant, level=person.level, person=_claims(person))
        await self.audit.write(
            "told",
            account_id=grant.account_id,
            client_id=grant.client_id,
            session_id=grant.session_id,
            items=list(grant.granted),
        )
        return json(told)


def _claims(person: Person) -> dict[str, Any]:
    own = {
        "personal_id": person.personal_id,
        "name": person.full_name,
        "birthdate": person.birth_date,
        "gender": _GENDER[person.sex],
        "phone_number": None if person.phone is None else "+84" + person.phone.removeprefix("0"),
        "phone_number_since": None if person.phone_since is None else person.phone_since.isoformat(),
        "email": person.email,
    }
    # What the register vouches for and the account says comes first: made-up claims only fill what is missing.
    # guard: eid-made-up-claims-replace-nothing
    return person.claims | {name: value for name, value in own.items() if value is not None}
