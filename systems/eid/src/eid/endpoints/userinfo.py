"""GET and POST /userinfo (OpenID Connect Core 5.3, RFC 6750, IDA 1.0)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from eid.endpoints.http import Answer, Scope, header, json
from eid.grants import userinfo
from eid.keys import KeyRing
from eid.oidc.errors import InvalidToken
from eid.storage.accounts import Accounts, Person
from eid.storage.audit import Audit
from eid.storage.grants import Grants
from eid.tokens import issue

_GENDER = {"F": "female", "M": "male"}


@dataclass(frozen=True)
class Userinfo:
    """Tells what was consented; every telling is on the owner's page."""

    issuer: str
    keys: KeyRing
    grants: Grants
    accounts: Accounts
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """The token comes in the Authorization header only (RFC 6750 2.1; never in an address)."""
        kind, _, token = header(scope, b"authorization").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise InvalidToken
        claims = issue.read_access_token(
            token.strip(),
            self.keys.all,
            issuer=self.issuer,
            now=int(time.time()),
            audience=issue.userinfo_audience(self.issuer),
        )
        if claims is None:
            raise InvalidToken("the token is not good")
        grant = await self.grants.standing(claims.grant_id)
        if grant is None:
            raise InvalidToken("the token is not good")
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


def _claims(person: Person) -> dict[str, str | None]:
    return {
        "personal_id": person.personal_id,
        "name": person.full_name,
        "birthdate": person.birth_date,
        "gender": _GENDER[person.sex],
        "phone_number": None if person.phone is None else "+84" + person.phone.removeprefix("0"),
        "phone_number_since": None if person.phone_since is None else person.phone_since.isoformat(),
        "email": person.email,
    }
