"""grant_type=authorization_code: a code becomes tokens, once (RFC 6749 4.1.3, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from eid.endpoints.given import given_of
from eid.endpoints.refresh_token import RefreshTokens
from eid.endpoints.token import TokenRequest
from eid.grants.code import Outcome, judge
from eid.grants.grant import Grant
from eid.grants.token_response import Given
from eid.oidc.errors import InvalidGrant, InvalidRequest
from eid.storage.audit import Audit
from eid.storage.grants import Grants


@dataclass(frozen=True)
class AuthorizationCode:
    """Redeems codes."""

    sid_key: bytes
    grants: Grants
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
        await self._note("tokens_issued", grant)
        refresh_token = await self.refresh_tokens.first(grant, asked)
        return msgspec.structs.replace(given_of(grant, asked, self.sid_key), refresh_token=refresh_token)

    async def _note(self, event: str, grant: Grant) -> None:
        await self.audit.write(
            event, account_id=grant.account_id, client_id=grant.client_id, session_id=grant.session_id
        )
