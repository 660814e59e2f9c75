"""Which key a caller holds: by a DPoP proof (RFC 9449) or by its client certificate (RFC 8705 3)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from eid.clients import Client
from eid.endpoints.http import Scope, headers
from eid.endpoints.proxies import certificate_of
from eid.oidc import dpop
from eid.oidc.algorithms import STRONG
from eid.oidc.errors import InvalidDpopProof, InvalidRequest, InvalidToken
from eid.storage.used_ids import UsedIds
from eid.tokens.confirmation import Confirmation
from eid.tokens.content import AccessToken


@dataclass(frozen=True)
class SenderConstraint:
    """Reads proofs of possession. `origins`: our issuer first, then the mTLS alias if there is one."""

    origins: tuple[str, ...]
    nonces: dpop.Nonces
    used_ids: UsedIds

    async def of_tokens(self, scope: Scope, client: Client) -> Confirmation | None:
        """What the tokens of this request are bound to; None only for clients that need no binding.

        Raises InvalidDpopProof, UseDpopNonce, InvalidRequest.
        """
        proven = await self._dpop(scope, client)
        if proven is not None:
            return proven
        if client.tls_client_certificate_bound_access_tokens:
            shown = certificate_of(scope)
            if shown is None:
                raise InvalidRequest("a client certificate is needed")
            return Confirmation(x5t_s256=shown.thumbprint)
        # guard: eid-sender-constrained
        if client.dpop_bound_access_tokens or client.demands.sender_constrained:
            raise InvalidDpopProof("a DPoP proof is needed")
        return None

    async def of_pushed(self, scope: Scope, client: Client, params: Mapping[str, str]) -> str | None:
        """The `dpop_jkt` of a pushed request: named, or proven by a DPoP header; both must agree (RFC 9449 10.1)."""
        proven = await self._dpop(scope, client)
        named = params.get("dpop_jkt")
        # guard: eid-dpop-jkt-agrees
        if proven is not None and named not in (None, proven.jkt):
            raise InvalidDpopProof("dpop_jkt and the proof name two keys")
        return proven.jkt if proven is not None else named

    async def of_use(self, scope: Scope, client: Client, token: AccessToken, presented: str, scheme: str) -> None:
        """A token is used: whoever uses it holds its key, and says so by the right scheme (RFC 9449 7, RFC 8705 3).

        Raises InvalidToken, InvalidDpopProof, UseDpopNonce.
        """
        cnf = token.cnf
        proven: Confirmation | None = None
        if scheme == "dpop":
            proven = await self._dpop(scope, client, access_token=presented)
            if proven is None or cnf is None or cnf.jkt is None:
                raise InvalidToken("the token or its proof is not good", scheme="DPoP")
        elif cnf is not None and cnf.jkt is not None:
            raise InvalidToken("the token is bound to a DPoP key", scheme="DPoP")
        elif cnf is not None:
            shown = certificate_of(scope)
            proven = None if shown is None else Confirmation(x5t_s256=shown.thumbprint)
        # guard: eid-token-used-with-its-key
        if cnf is not None and not cnf.is_met_by(proven):
            raise InvalidToken("the token is bound to another key", scheme="DPoP" if cnf.jkt else "Bearer")

    def nonce(self) -> str:
        """The nonce to use next; sent with every answer to a proof (RFC 9449 8.2)."""
        return self.nonces.current(int(time.time()))

    async def _dpop(self, scope: Scope, client: Client, access_token: str | None = None) -> Confirmation | None:
        found = headers(scope, b"dpop")
        if not found:
            return None
        # guard: eid-dpop-one-proof
        if len(found) != 1:
            raise InvalidDpopProof("more than one proof")
        proof = dpop.prove(
            found[0],
            method=scope["method"],
            addresses=tuple(origin + scope["path"] for origin in self.origins),
            algorithms=STRONG,
            now=int(time.time()),
            nonces=self.nonces,
            nonce_needed=client.demands.dpop_nonce,
            access_token=access_token,
        )
        # guard: eid-dpop-replay
        if not await self.used_ids.claim(f"dpop:{proof.jkt}", proof.jti, proof.expires_at):
            raise InvalidDpopProof("the proof was used before")
        return Confirmation(jkt=proof.jkt)
