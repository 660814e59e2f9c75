"""POST /token: a code becomes tokens, once (RFC 6749 4.1.3, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from eid import sessions
from eid.clients import Client
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.http import Answer, Scope, form, json
from eid.grants.code import Grant, Outcome, judge
from eid.keys import KeyRing
from eid.oidc.errors import InvalidGrant, InvalidRequest, UnsupportedGrantType
from eid.storage.audit import Audit
from eid.storage.grants import Grants
from eid.tokens import content, issue


@dataclass(frozen=True)
class Token:
    """The token endpoint; one method per grant type."""

    issuer: str
    sid_key: bytes
    keys: KeyRing
    authenticate: ClientAuthentication
    grants: Grants
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """Dispatch on grant_type."""
        params = form(scope, body)
        client = await self.authenticate(params)
        grant_type = params.get("grant_type")
        if grant_type == "authorization_code":
            return await self._authorization_code(client, params)
        if grant_type is None:
            raise InvalidRequest("grant_type is missing")
        raise UnsupportedGrantType("only authorization_code")

    async def _authorization_code(self, client: Client, params: Mapping[str, str]) -> Answer:
        code, verifier = params.get("code"), params.get("code_verifier")
        if code is None or verifier is None:
            raise InvalidRequest("code or code_verifier is missing")
        now = datetime.now(UTC)
        presented = await self.grants.redeem(code, client.client_id)
        if presented is None:
            raise InvalidGrant("the code is not good")
        grant, first = presented
        outcome = judge(
            grant,
            first=first,
            client_id=client.client_id,
            redirect_uri=params.get("redirect_uri"),
            verifier=verifier,
            now=now,
        )
        if outcome is not Outcome.REDEEMED:
            # guard: eid-reuse-revokes
            await self.grants.revoke(grant.id, now)
            await self._note(f"code_{outcome.value}", grant)
            raise InvalidGrant("the code is not good")
        await self._note("tokens_issued", grant)
        return json(self._tokens(grant, int(now.timestamp())))

    def _tokens(self, grant: Grant, now: int) -> dict[str, str | int]:
        key = self.keys.current
        return {
            "access_token": issue.access_token(
                key,
                issuer=self.issuer,
                sub=grant.sub,
                client_id=grant.client_id,
                grant_id=grant.id,
                scope=grant.scope,
                now=now,
            ),
            "token_type": "Bearer",
            "expires_in": content.LIFETIME,
            "scope": " ".join(grant.scope),
            "id_token": issue.id_token(
                key,
                issuer=self.issuer,
                sub=grant.sub,
                client_id=grant.client_id,
                nonce=grant.nonce,
                auth_time=int(grant.auth_time.timestamp()),
                acr=grant.acr,
                amr=grant.amr,
                sid=sessions.sid_for(self.sid_key, grant.session_id, grant.sector),
                now=now,
            ),
        }

    async def _note(self, event: str, grant: Grant) -> None:
        await self.audit.write(
            event, account_id=grant.account_id, client_id=grant.client_id, session_id=grant.session_id
        )
