"""/authorize: check, then dispatch on what is still missing, until there is a code (Core 3.1.2, RFC 6749 4.1).

A browser comes here twice: with a request, and back from each page of the interaction (`/authorize/{id}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from eid.browser import refusals
from eid.browser.refusals import Refused
from eid.browser.replies import Replies
from eid.browser.visits import Browser, Visit
from eid.clients import Client
from eid.endpoints.register_check import NotVouched, RegisterCheck
from eid.endpoints.request_objects import RequestObjects
from eid.grants import checks, code, steps
from eid.grants import consent as consents
from eid.grants.authorization_request import AuthorizationRequest, build
from eid.grants.grant import Grant
from eid.grants.response import reply_to
from eid.grants.steps import Facts, Step
from eid.keys import KeyRing
from eid.oidc import acr, errors, parameters
from eid.population_client import RegisterUnavailable
from eid.storage.arrivals import Arrival, Arrivals
from eid.storage.clients import Clients
from eid.storage.consents import Consents
from eid.storage.grants import Grants
from eid.storage.interactions import Interaction, Interactions
from eid.storage.pending_requests import PendingRequests
from eid.storage.pushed_requests import PREFIX, PushedRequests, digest
from eid.storage.sessions import SignedIn
from eid.storage.subjects import Subjects
from eid.tokens import issue

_PAGES = {Step.LOGIN: "", Step.CONSENT: "/consent", Step.UNMET: "/level"}


@dataclass(frozen=True)
class Authorization:
    """The authorization endpoint."""

    issuer: str
    keys: KeyRing
    browser: Browser
    replies: Replies
    objects: RequestObjects
    clients: Clients
    pushed: PushedRequests
    interactions: Interactions
    arrivals: Arrivals
    subjects: Subjects
    consents: Consents
    grants: Grants
    register: RegisterCheck
    pending: PendingRequests

    async def begin(self, request: Request) -> Response:
        """GET or POST /authorize."""
        visit = self.browser.stranger(request)
        params = await _parameters(request)
        client = await self.clients.find(params.get("client_id", ""))
        if client is None:
            raise Refused(refusals.CLIENT_UNKNOWN)
        pushed = "request_uri" in params and (client.must_push or params["request_uri"].startswith(PREFIX))
        held = None if pushed else await self._opened(client, params)
        place: checks.Place = "pushed" if pushed else "direct" if held is None else "object"
        params = held or params
        try:
            checks.check_on_our_page(place, client, params)
        except errors.InvalidRequestUri:
            raise Refused(refusals.REQUEST_URI) from None
        except errors.OAuthError:
            raise Refused(refusals.REDIRECT_URI) from None
        if pushed:
            return await self._begin_pushed(visit, client, params["request_uri"])
        try:
            checks.check_at_the_client(place, client, params)
        except errors.OAuthError as error:
            to = reply_to(client, params["redirect_uri"], params.get("state"), params.get("response_mode"))
            return self.replies.error(visit, to, error)
        return await self._advance(visit, client, build(client, params), None, None)

    async def _opened(self, client: Client, params: dict[str, str]) -> dict[str, str] | None:
        """The parameters of a request object. One that is not good names no address to send an error to."""
        if client.must_push and "request_uri" not in params:
            return None  # whatever it holds: the table says that this client pushes
        try:
            return await self.objects.open(client, params)
        except errors.InvalidRequestUri:
            raise Refused(refusals.REQUEST_URI) from None
        except errors.TemporarilyUnavailable:
            raise Refused(refusals.UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE) from None
        except errors.OAuthError:
            raise Refused(refusals.REQUEST_INVALID) from None

    async def resume(self, request: Request) -> Response:
        """GET /authorize/{id}: back from a page."""
        visit = self.browser.stranger(request)
        interaction = await self.interactions.find(request.path_params["interaction_id"], visit.browser_hash, visit.now)
        if interaction is None:
            raise Refused(refusals.SIGN_IN_OVER, HTTPStatus.GONE)
        return await self.go_on(visit, interaction)

    async def go_on(self, visit: Visit, interaction: Interaction) -> Response:
        """What is next in an interaction: a page answers a form with it, and saves the browser a way."""
        if interaction.request is None:
            await self.interactions.finish(interaction.id, visit.now)
            return self.browser.redirect(visit, interaction.return_to or "/account")
        client = await self.clients.find(interaction.request.client_id)
        if client is None:
            raise Refused(refusals.CLIENT_UNKNOWN)
        return await self._advance(visit, client, interaction.request, interaction, None)

    async def _begin_pushed(self, visit: Visit, client: Client, request_uri: str) -> Response:
        asked = await self.pushed.use(request_uri, client.client_id, visit.now)
        if asked is None:
            # Used up: by this very browser, when the person reloads the page or goes back.
            open_one = await self.interactions.find_by_request_uri(digest(request_uri), visit.browser_hash, visit.now)
            if open_one is None:
                raise Refused(refusals.REQUEST_URI)
            return self.browser.redirect(visit, f"/authorize/{open_one}")
        return await self._advance(visit, client, asked, None, digest(request_uri))

    async def _advance(
        self,
        visit: Visit,
        client: Client,
        asked: AuthorizationRequest,
        interaction: Interaction | None,
        request_uri_hash: bytes | None,
    ) -> Response:
        arrival = await self._arrival(visit, client)
        facts = await self._facts(visit, asked, interaction, arrival)
        step = steps.next_step(facts)
        signed_in = visit.signed_in
        if step is Step.REGISTER and signed_in is not None:
            try:
                facts = await self._ask_register(facts, signed_in)
            # guard: eid-register-silence-is-no-answer
            except RegisterUnavailable:
                return await self._register_away(visit, asked, interaction, request_uri_hash)
            except NotVouched as refused:
                return await self._not_vouched(visit, asked, interaction, request_uri_hash, refused)
            step = steps.next_step(facts)
        if step is Step.ISSUE and arrival is not None:
            return await self._issue(visit, client, facts, arrival, interaction)
        if asked.silent:
            return self.replies.error(visit, asked.reply_to, _SILENT[step])
        if step is Step.LOGIN and facts.hinted_other and _signed_in_here(interaction, signed_in):
            return await self._end(visit, asked, interaction, errors.LoginRequired("another person signed in"))
        interaction = interaction or await self._interaction(visit, asked, request_uri_hash)
        language = f"?lang={asked.ui_locale}" if asked.ui_locale and interaction.account_id is None else ""
        return self.browser.redirect(visit, f"/sign-in/{interaction.id}{_PAGES[step]}{language}")

    async def _arrival(self, visit: Visit, client: Client) -> Arrival | None:
        if visit.session_token is None:
            return None
        arrival = await self.arrivals.find(visit.session_token, client.client_id, client.sector, visit.now)
        visit.signed_in = None if arrival is None else arrival.signed_in
        return arrival

    async def _facts(
        self, visit: Visit, asked: AuthorizationRequest, interaction: Interaction | None, arrival: Arrival | None
    ) -> Facts:
        asked_at = interaction.created_at if interaction else visit.now
        if arrival is None:
            return Facts(asked, asked_at, visit.now)
        signed_in = arrival.signed_in
        account_id = signed_in.account.id
        decided = None
        if interaction is not None and interaction.consent_id is not None:
            decided = await self.consents.get(interaction.consent_id)
        return Facts(
            request=asked,
            asked_at=asked_at,
            now=visit.now,
            session=signed_in.session,
            level=signed_in.account.level,
            hinted_other=await self._is_for_another(interaction, signed_in, visit)
            or self._hinted_other(asked, arrival.sub),
            remembered=arrival.consent,
            decided=decided if decided is not None and decided.account_id == account_id else None,
            register_checked_at=signed_in.account.register_checked_at,
        )

    async def _is_for_another(self, interaction: Interaction | None, signed_in: SignedIn, visit: Visit) -> bool:
        """CIBA asks one person. Raises Refused when the request was answered meanwhile, or is over."""
        if interaction is None or interaction.pending_id is None:
            return False
        waiting = await self.pending.find(interaction.pending_id, visit.now)
        if waiting is None:
            raise Refused(refusals.REQUEST_OVER, HTTPStatus.GONE)
        # guard: eid-ciba-answer-is-of-the-asked-person
        return waiting.account_id not in {None, signed_in.account.id}

    def _hinted_other(self, asked: AuthorizationRequest, sub: str | None) -> bool:
        if asked.only_sub is not None and asked.only_sub != sub:
            return True  # Core 5.5.1: `sub` asked for by its value
        if asked.id_token_hint is None:
            return False
        hint = issue.read_id_token_hint(asked.id_token_hint, self.keys.all, issuer=self.issuer)
        return hint is None or hint.aud != asked.client_id or hint.sub != sub

    async def _ask_register(self, facts: Facts, signed_in: SignedIn) -> Facts:
        checked_at = await self.register(signed_in.account.id)
        return msgspec.structs.replace(facts, register_checked_at=checked_at)

    async def _issue(
        self, visit: Visit, client: Client, facts: Facts, arrival: Arrival, interaction: Interaction | None
    ) -> Response:
        asked, consent, now, signed_in = facts.request, steps.standing_consent(facts), visit.now, arrival.signed_in
        if consent is None:
            raise errors.ConsentRequired
        if interaction is not None and not await self.interactions.finish(interaction.id, now):
            raise Refused(refusals.SIGN_IN_OVER, HTTPStatus.GONE)
        account_id, session = signed_in.account.id, signed_in.session
        granted = tuple(item for item in consent.granted if item in asked.required_items + asked.optional_items)
        grant = Grant(
            id=uuid4(),
            client_id=client.client_id,
            sector=client.sector,
            account_id=account_id,
            session_id=session.id,
            sub=arrival.sub or await self.subjects.find_or_make(account_id, client.sector),
            redirect_uri=asked.redirect_uri,
            code_challenge=asked.code_challenge,
            scope=consents.granted_scope(asked, granted),
            granted=granted,
            acr=steps.acr_for(asked, signed_in.account.level),
            amr=acr.AMR if signed_in.account.second_factor else acr.AMR_SINGLE,
            auth_time=session.auth_time,
            code_expires_at=now + code.LIFETIME,
            nonce=asked.nonce,
            checked_at=facts.register_checked_at if asked.verified else None,
            resource=asked.resource,
            authorization_details=asked.authorization_details,
            dpop_jkt=asked.dpop_jkt,
            claims=asked.asked,
        )
        if interaction is not None and interaction.pending_id is not None:
            return await self._answer_other_screen(visit, interaction.pending_id, grant)
        made = code.make()
        await self.grants.give(grant, made, now)
        return self.replies.code(visit, asked.reply_to, made, session.id if client.demands.session_state else None)

    async def _answer_other_screen(self, visit: Visit, pending_id: UUID, grant: Grant) -> Response:
        """The grant belongs to no session of this browser: the other screen goes on when this one signs out."""
        kept = msgspec.structs.replace(grant, session_id=None)
        if not await self.pending.allow(pending_id, kept, visit.now):
            raise Refused(refusals.REQUEST_OVER, HTTPStatus.GONE)
        return self.browser.redirect(visit, "/answered?answer=allowed")

    async def _interaction(
        self, visit: Visit, asked: AuthorizationRequest, request_uri_hash: bytes | None
    ) -> Interaction:
        return await self.interactions.begin(visit.browser_hash, asked, request_uri_hash, visit.now)

    async def _register_away(
        self,
        visit: Visit,
        asked: AuthorizationRequest,
        interaction: Interaction | None,
        request_uri_hash: bytes | None,
    ) -> Response:
        """Not an answer: the person keeps the place, nothing has to be typed again."""
        if asked.silent:
            error = errors.TemporarilyUnavailable("the register cannot be asked")
            return self.replies.error(visit, asked.reply_to, error)
        interaction = interaction or await self._interaction(visit, asked, request_uri_hash)
        return self.browser.redirect(visit, f"/sign-in/{interaction.id}/register-unavailable")

    async def _not_vouched(
        self,
        visit: Visit,
        asked: AuthorizationRequest,
        interaction: Interaction | None,
        request_uri_hash: bytes | None,
        refused: NotVouched,
    ) -> Response:
        if asked.silent:
            return self.replies.error(visit, asked.reply_to, errors.AccessDenied("not vouched for"))
        interaction = interaction or await self._interaction(visit, asked, request_uri_hash)
        return self.browser.redirect(visit, f"/sign-in/{interaction.id}/not-vouched?reason={refused.reason}")

    async def _end(
        self, visit: Visit, asked: AuthorizationRequest, interaction: Interaction | None, error: errors.OAuthError
    ) -> Response:
        if interaction is not None:
            await self.interactions.finish(interaction.id, visit.now)
            if interaction.pending_id is not None:
                return self.browser.redirect(visit, "/answered?answer=open")
        return self.replies.error(visit, asked.reply_to, error)


_SILENT: Mapping[Step, errors.OAuthError] = {
    Step.LOGIN: errors.LoginRequired("the person has to sign in"),
    Step.CONSENT: errors.ConsentRequired("the person has to consent"),
    Step.UNMET: errors.UnmetAuthenticationRequirements("the account cannot reach the asked acr"),
    Step.REGISTER: errors.InteractionRequired("the person has to be checked"),
}


def _signed_in_here(interaction: Interaction | None, signed_in: SignedIn | None) -> bool:
    return interaction is not None and signed_in is not None and interaction.session_id == signed_in.session.id


async def _parameters(request: Request) -> dict[str, str]:
    try:
        if request.method == "POST":
            return parameters.parse(await request.body())
        return parameters.parse(request.scope["query_string"])
    except errors.InvalidRequest:
        raise Refused(refusals.REQUEST_INVALID) from None
