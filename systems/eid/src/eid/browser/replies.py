"""The last step of a flow: the browser carries the answer to the client, by an address or by a form."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from eid.browser.visits import Browser, Visit
from eid.grants import response
from eid.grants.response import ReplyTo
from eid.keys import KeyRing
from eid.oidc.errors import OAuthError


@dataclass(frozen=True)
class Replies:
    """Answers clients. One per process."""

    issuer: str
    keys: KeyRing
    browser: Browser

    def code(self, visit: Visit, to: ReplyTo, code: str) -> Response:
        """A code for the client."""
        return self._send(visit, to, response.success(to, code=code, issuer=self.issuer))

    def error(self, visit: Visit, to: ReplyTo, error: OAuthError) -> Response:
        """An error for the client."""
        return self._send(visit, to, response.failure(to, error, issuer=self.issuer))

    def _send(self, visit: Visit, to: ReplyTo, answer: response.Parameters) -> Response:
        answer = response.sealed(to, answer, self.keys.signing(to.signing_alg), now=int(visit.now.timestamp()))
        if not to.is_posted:
            return self.browser.redirect(visit, response.address(to.redirect_uri, answer))
        return self.browser.page(
            visit, "form_post.html", redirect_uri=to.redirect_uri, address=to.redirect_uri, answer=answer
        )
