"""grant_type=device_code and ciba: a client asks whether its request was answered (RFC 8628 3.4, CIBA 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from eid.endpoints.given import given_of
from eid.endpoints.refresh_token import RefreshTokens
from eid.endpoints.token import TokenRequest
from eid.grants.pending import Kind, Poll
from eid.grants.token_response import Given
from eid.oidc import errors
from eid.oidc.errors import InvalidGrant, InvalidRequest, OAuthError
from eid.storage.audit import Audit
from eid.storage.grants import Grants
from eid.storage.pending_requests import PendingRequests
from eid.tokens.confirmation import Confirmation

_PARAMETER: Final[dict[Kind, str]] = {"device": "device_code", "ciba": "auth_req_id"}
_ERRORS: Final[dict[Poll, type[OAuthError]]] = {
    Poll.AUTHORIZATION_PENDING: errors.AuthorizationPending,
    Poll.SLOW_DOWN: errors.SlowDown,
    Poll.ACCESS_DENIED: errors.AccessDenied,
    Poll.EXPIRED_TOKEN: errors.ExpiredToken,
}


@dataclass(frozen=True)
class PendingGrant:
    """One handler for both kinds."""

    kind: Kind
    sid_key: bytes
    pending: PendingRequests
    grants: Grants
    refresh_tokens: RefreshTokens
    audit: Audit

    async def __call__(self, asked: TokenRequest) -> Given:
        """Raises the error that the poll came to; a second redemption revokes what the first one gave."""
        code = asked.params.get(_PARAMETER[self.kind])
        if code is None:
            raise InvalidRequest(f"{_PARAMETER[self.kind]} is missing")
        # guard: eid-fapi-ciba-needs-a-certificate
        if self.kind == "ciba" and asked.client.demands.ciba_certificate and not _is_certificate(asked.constraint):
            raise InvalidRequest("FAPI-CIBA tokens are bound to a client certificate (RFC 8705)")
        polled = await self.pending.poll(self.kind, code, asked.client.client_id, asked.now)
        if polled is None:
            raise InvalidGrant("the code is not good")
        if polled.verdict in _ERRORS:
            raise _ERRORS[polled.verdict]
        if polled.verdict is Poll.REUSED and polled.grant_id is not None:
            # guard: eid-pending-reuse-revokes
            await self.grants.revoke(polled.grant_id, asked.now)
        grant = polled.grant
        if grant is None:
            raise InvalidGrant("the code was used, or what was allowed does not stand")
        await self.audit.write("tokens_issued", account_id=grant.account_id, client_id=grant.client_id)
        refresh_token = await self.refresh_tokens.first(grant, asked)
        return msgspec.structs.replace(given_of(grant, asked, self.sid_key), refresh_token=refresh_token)


def _is_certificate(constraint: Confirmation | None) -> bool:
    return constraint is not None and constraint.x5t_s256 is not None
