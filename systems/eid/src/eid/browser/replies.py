"""The last step of a flow: the browser carries the answer to the client, by an address or by a form."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from design.headers import origin_of
from eid.browser.visits import Browser, Visit, set_browser_state
from eid.grants import response
from eid.grants.response import ReplyTo
from eid.keys import KeyRing
from eid.oidc.errors import OAuthError
from eid.sessions import browser_state


@dataclass(frozen=True)
class Replies:
    """Answers clients. One per process."""

    issuer: str
    keys: KeyRing
    browser: Browser

    def code(self, visit: Visit, to: ReplyTo, code: str, watched: UUID | None = None) -> Response:
        """A code for the client. `watched`: the session whose end it may notice (Session Management 1.0 2)."""
        if watched is None:
            return self._send(visit, to, response.success(to, code=code, issuer=self.issuer))
        state = browser_state.of_session(self.browser.secret, watched)
        told = browser_state.session_state(state, client_id=to.client_id, origin=origin_of(to.redirect_uri))
        answer = self._send(visit, to, response.success(to, code=code, issuer=self.issuer, session_state=told))
        set_browser_state(visit, answer, state)
        return answer

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
