"""grant_type=refresh_token, and the first refresh token of a grant (RFC 6749 6, OpenID Connect Core 11 and 12)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from eid.endpoints.given import given_of
from eid.endpoints.token import TokenRequest
from eid.grants import refresh
from eid.grants.grant import Grant
from eid.grants.refresh import Family, Outcome, Presented
from eid.grants.token_response import Given
from eid.oidc import grant_types, scopes
from eid.oidc.errors import InvalidGrant, InvalidRequest, InvalidScope, InvalidTarget
from eid.storage.audit import Audit
from eid.storage.grants import Grants
from eid.storage.refresh_families import RefreshFamilies, Used
from eid.tokens.confirmation import Confirmation


@dataclass(frozen=True)
class RefreshTokens:
    """Begins families. `key` makes and reads the tokens."""

    key: bytes
    families: RefreshFamilies

    async def first(self, grant: Grant, asked: TokenRequest) -> str | None:
        """The first refresh token of a grant; None for a client that did not register the grant type."""
        if grant_types.REFRESH_TOKEN not in asked.client.grant_types:
            return None
        public, key = asked.client.is_public, key_of(asked.constraint)
        await self.families.begin(
            Family(
                grant_id=grant.id,
                client_id=grant.client_id,
                bound_key=key if public and key else None,
                rotates=asked.client.demands.rotate_refresh_tokens or public,
                generation=0,
                expires_at=refresh.expires_at(asked.now, offline=scopes.OFFLINE_ACCESS in grant.scope),
                used_at=asked.now,
            )
        )
        return refresh.token_of(self.key, grant.id, 0)


@dataclass(frozen=True)
class RefreshToken:
    """Exchanges a refresh token for fresh tokens."""

    tokens: RefreshTokens
    sid_key: bytes
    grants: Grants
    audit: Audit

    async def __call__(self, asked: TokenRequest) -> Given:
        """Raises InvalidGrant; a token that was rotated away ends everything that its grant gave."""
        params = asked.params
        if "refresh_token" not in params:
            raise InvalidRequest("refresh_token is missing")
        read = refresh.read(self.tokens.key, params["refresh_token"])
        if read is None:
            raise InvalidGrant("the refresh token is not good")
        key = key_of(asked.constraint)
        used = await self.tokens.families.use(
            Presented(*read, asked.client.client_id, key),
            scope=params.get("scope", ""),
            resource=params.get("resource", ""),
            proven=bool(key) or not asked.client.is_public,
            now=asked.now,
        )
        if used is None:
            raise InvalidGrant("the refresh token is not good")
        if used.outcome is not Outcome.REUSED:
            _check_within(asked, used.grant)
        if used.outcome not in (Outcome.REFRESHED, Outcome.REPEATED):
            raise await self._refused(asked, used)
        grant = used.grant
        if used.outcome is Outcome.REPEATED:
            await self._note("refresh_repeated", grant)
        given = given_of(grant, asked, self.sid_key)
        # Core 12.2: the ID token speaks of the same sign-in; the nonce belonged to the authorization request.
        sign_in = None if given.sign_in is None else msgspec.structs.replace(given.sign_in, nonce=None)
        return msgspec.structs.replace(
            given,
            sign_in=sign_in,
            scope=_narrowed(params.get("scope"), grant.scope),
            resource=_narrowed(params.get("resource"), grant.resource),
            refresh_token=refresh.token_of(self.tokens.key, grant.id, used.generation),
        )

    async def _refused(self, asked: TokenRequest, used: Used) -> Exception:
        grant = used.grant
        if used.outcome is Outcome.REUSED:
            # guard: eid-refresh-reuse-revokes
            await self.grants.revoke(grant.id, asked.now)
            await self._note("refresh_reused", grant)
        return InvalidGrant("the refresh token is not good")

    async def _note(self, event: str, grant: Grant) -> None:
        await self.audit.write(
            event, account_id=grant.account_id, client_id=grant.client_id, session_id=grant.session_id
        )


def _check_within(asked: TokenRequest, grant: Grant) -> None:
    """RFC 6749 6, RFC 8707 2.2: less than was granted, never more; the statement moved nothing on that asks more."""
    if grant.client_id != asked.client.client_id:
        return
    # guard: eid-refresh-scope-never-rises
    if not set(scopes.parse(asked.params.get("scope", ""))) <= set(grant.scope):
        raise InvalidScope("scope goes beyond what was granted")
    if not set(scopes.parse(asked.params.get("resource", ""))) <= set(grant.resource):
        raise InvalidTarget("resource goes beyond what was granted")


def key_of(constraint: Confirmation | None) -> str:
    """The proven key as one word; an empty string for none."""
    if constraint is None:
        return ""
    return f"jkt:{constraint.jkt}" if constraint.jkt is not None else f"x5t:{constraint.x5t_s256}"


def _narrowed(asked: str | None, granted: tuple[str, ...]) -> tuple[str, ...]:
    """RFC 6749 6: less for this access token only; the grant keeps what it has."""
    return scopes.parse(asked) if asked else granted
