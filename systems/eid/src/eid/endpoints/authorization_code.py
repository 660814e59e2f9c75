"""grant_type=authorization_code: a code becomes tokens, once (RFC 6749 4.1.3, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from eid.clients import Client
from eid.endpoints.given import given_of
from eid.endpoints.refresh_token import RefreshTokens
from eid.endpoints.token import TokenRequest
from eid.grants.code import Outcome, judge
from eid.grants.grant import Grant
from eid.grants.token_response import Given
from eid.grants.userinfo import in_id_token
from eid.oidc.errors import InvalidGrant, InvalidRequest
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.grants import Grants


@dataclass(frozen=True)
class AuthorizationCode:
    """Redeems codes."""

    sid_key: bytes
    grants: Grants
    accounts: Accounts
    audit: Audit
    refresh_tokens: RefreshTokens

    async def __call__(self, asked: TokenRequest) -> Given:
        """What the code stands for. Raises InvalidGrant; a second presentation revokes what the first one gave."""
        params = asked.params
        code = params.get("code")
        if code is None or ("code_verifier" not in params and asked.client.demands.require_pkce):
            raise InvalidRequest("code or code_verifier is missing")
        presented = await self.grants.redeem(code, asked.client.client_id)
        if presented is None:
            raise InvalidGrant("the code is not good")
        grant, first = presented
        outcome = judge(
            grant,
            first=first,
            client=asked.client,
            redirect_uri=params.get("redirect_uri"),
            verifier=params.get("code_verifier"),
            jkt=None if asked.constraint is None else asked.constraint.jkt,
            now=asked.now,
        )
        if outcome is not Outcome.REDEEMED:
            # guard: eid-reuse-revokes
            await self.grants.revoke(grant.id, asked.now)
            await self._note(f"code_{outcome.value}", grant)
            raise InvalidGrant("the code is not good")
        refresh_token = await self.refresh_tokens.first(grant, asked)
        given = given_of(grant, asked, self.sid_key)
        return msgspec.structs.replace(
            given, refresh_token=refresh_token, id_token_claims=await self._named(grant, asked.client)
        )

    async def _named(self, grant: Grant, client: Client) -> dict[str, Any]:
        """Claims asked for in the ID token; in the default profile identity comes from userinfo only."""
        # guard: eid-id-token-holds-no-identity
        if grant.claims is None or not grant.claims.id_token or not client.demands.claims_in_id_token:
            return {}
        person = await self.accounts.person(grant.account_id)
        return in_id_token(grant, person=person.claims())

    async def _note(self, event: str, grant: Grant) -> None:
        await self.audit.write(
            event, account_id=grant.account_id, client_id=grant.client_id, session_id=grant.session_id
        )
