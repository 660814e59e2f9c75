"""What a person's grant gives at the token endpoint: the same whichever grant type brought it."""

from __future__ import annotations

from eid import sessions
from eid.endpoints.token import TokenRequest
from eid.grants.grant import Grant
from eid.grants.token_response import Given, SignIn
from eid.oidc import authorization_details, scopes


def given_of(grant: Grant, asked: TokenRequest, sid_key: bytes) -> Given:
    """What a person's grant gives, bound to the key that the caller proved."""
    return Given(
        grant_id=grant.id,
        client_id=grant.client_id,
        sub=grant.sub,
        scope=grant.scope,
        resource=grant.resource,
        authorization_details=authorization_details.narrowed(
            grant.authorization_details, asked.params.get("authorization_details")
        ),
        cnf=asked.constraint,
        sign_in=SignIn(
            auth_time=int(grant.auth_time.timestamp()),
            acr=grant.acr,
            amr=grant.amr,
            sid=None if grant.session_id is None else sessions.sid_for(sid_key, grant.session_id, grant.sector),
            nonce=grant.nonce,
        ),
        id_token=scopes.OPENID in grant.scope,
        id_token_alg=asked.client.id_token_signed_response_alg,
    )
