"""grant_type=token-exchange: a resource server calls the next one for a person (RFC 8693)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eid.clients import Client
from eid.endpoints.access_tokens import AccessTokens, Standing
from eid.endpoints.token import TokenRequest
from eid.grants import exchange
from eid.grants.exchange import Subject
from eid.grants.token_response import Given, SignIn
from eid.oidc import scopes
from eid.oidc.errors import InvalidRequest, InvalidTarget, UnauthorizedClient
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.subjects import Subjects
from eid.tokens import content


@dataclass(frozen=True)
class TokenExchange:
    """Judges by registration: `resource_server` says which tokens are for a client, `resources` where it may go."""

    tokens: AccessTokens
    clients: Clients
    subjects: Subjects
    audit: Audit

    async def __call__(self, asked: TokenRequest) -> Given:
        """Raises InvalidRequest for a token that does not stand or is not this client's to use (RFC 8693 2.2.2)."""
        client, params = asked.client, dict(asked.params)
        if client.is_public:
            raise UnauthorizedClient("a public client exchanges nothing")
        exchange.asked_types(params)
        target = exchange.target_of(client, params)
        server = await self.clients.serving(target)
        if server is None:
            raise InvalidTarget("nobody serves the target")
        subject = await self._standing(params["subject_token"])
        if subject.grant is None:
            raise InvalidRequest("the subject_token speaks of no person")
        now = int(asked.now.timestamp())
        new = exchange.exchange(
            client,
            _subject(subject),
            target=target,
            scope=params.get("scope", ""),
            actor=await self._actor(client, server, params),
            latest=now + content.LIFETIME,
        )
        await self.audit.write("token_exchanged", account_id=subject.grant.account_id, client_id=client.client_id)
        return Given(
            grant_id=subject.claims.grant_id,
            client_id=client.client_id,
            sub=await self._sub(subject, server),
            scope=new.scope,
            resource=(new.audience,),
            cnf=asked.constraint,
            act=new.act,
            sign_in=_sign_in(new.auth_time, new.acr),
            lifetime=new.exp - now,
            more={"issued_token_type": exchange.ACCESS_TOKEN},
        )

    async def _standing(self, token: str) -> Standing:
        standing = await self.tokens.standing(token)
        if standing is None:
            raise InvalidRequest("the token is not good")
        return standing

    async def _actor(self, client: Client, server: Client, params: dict[str, str]) -> dict[str, Any]:
        """Who acts from now on: the client itself, or the person whose token for it is the actor_token."""
        if "actor_token" not in params:
            return {"sub": client.client_id}
        actor = await self._standing(params["actor_token"])
        # guard: eid-exchange-actor-is-clients-own
        if actor.claims.client_id != client.client_id and client.resource_server not in actor.claims.audiences:
            raise InvalidRequest("the actor_token is not for this client")
        return {"sub": await self._sub(actor, server), "client_id": client.client_id}

    async def _sub(self, standing: Standing, server: Client) -> str:
        """The person as the target's sector knows them: two agencies cannot join their tables by a token."""
        # guard: eid-exchange-sub-of-the-targets-sector
        if standing.grant is None:
            return standing.claims.sub
        return await self.subjects.find_or_make(standing.grant.account_id, server.sector)


def _subject(standing: Standing) -> Subject:
    claims = standing.claims
    return Subject(
        client_id=claims.client_id,
        audience=claims.audiences,
        scope=scopes.parse(claims.scope),
        exp=claims.exp,
        acr=claims.acr,
        auth_time=claims.auth_time,
        act=claims.act,
    )


def _sign_in(auth_time: int | None, acr: str | None) -> SignIn | None:
    """The sign-in that the access token states, as old and as strong as the subject_token's."""
    if auth_time is None or acr is None:
        return None
    return SignIn(auth_time=auth_time, acr=acr, amr=(), sid="")
