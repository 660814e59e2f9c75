"""Where everything meets: records, rules and screens are wired here, and routes meet handlers here only."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jinja2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

import design
import design.asgi
from eid import keys as key_files
from eid import settings as environment
from eid.account.notices import Notices
from eid.account.owner import Door
from eid.account.pages import AccountPages
from eid.browser import presentation, refusals
from eid.browser.refusals import Refused
from eid.browser.visits import Browser
from eid.endpoints import jwks
from eid.endpoints.authorization import Authorization
from eid.endpoints.authorization_code import AuthorizationCode
from eid.endpoints.backchannel_logout import BackchannelLogout
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.health import health
from eid.endpoints.http import ASGIApp, Receive, Scope, Send, endpoint
from eid.endpoints.logout import Logout
from eid.endpoints.par import PushedAuthorizationRequest
from eid.endpoints.register_check import RegisterCheck
from eid.endpoints.register_events import RegisterEventsEndpoint
from eid.endpoints.token import GrantHandler, Token
from eid.endpoints.userinfo import Userinfo
from eid.interaction.consent import ConsentScreen
from eid.interaction.flow import Flow
from eid.interaction.hashing import Hashing
from eid.interaction.login import Login
from eid.interaction.second_factor import SecondFactor
from eid.interaction.stops import Stops
from eid.keys import KeyRing
from eid.oidc import grant_types
from eid.outbound import Outbound, RemoteKeys
from eid.population_client import PopulationClient
from eid.settings import Settings
from eid.storage import database as databases
from eid.storage.accounts import Accounts
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.consents import Consents
from eid.storage.database import AWAY, Database
from eid.storage.grants import Grants
from eid.storage.interactions import Interactions
from eid.storage.one_time_codes import OneTimeCodes
from eid.storage.pushed_requests import PushedRequests
from eid.storage.queues import Queues
from eid.storage.rate_limits import RateLimits
from eid.storage.register_events import RegisterEvents
from eid.storage.sessions import Sessions
from eid.storage.subjects import Subjects
from eid.storage.used_ids import UsedIds
from kernel import country_time
from wire.delivery import Delivery

log = logging.getLogger("eid")


class Provider:
    """One process of the provider: its records, its keys, and its handlers by address."""

    def __init__(self, settings: Settings, database: Database, templates: jinja2.Environment) -> None:
        issuer, secret = settings.issuer, key_files.browser_secret(settings.keys_dir)
        sid_key = hmac.digest(secret, b"sid", hashlib.sha256)
        keys = KeyRing(settings.keys_dir)
        self.clients = clients = Clients(database)
        accounts, sessions, grants = Accounts(database), Sessions(database), Grants(database)
        consents, subjects, audit = Consents(database), Subjects(database), Audit(database)
        events, queues = RegisterEvents(database), Queues(database)
        pushed, interactions = PushedRequests(database), Interactions(database)
        limits = RateLimits(database, secret)
        delivery = Delivery(
            settings.sms_gateway_url, settings.sms_gateway_token, settings.smtp_url, "VNeID <vneid@localhost>"
        )
        register_key = key_files.register_client_key(settings.keys_dir)
        self.population = PopulationClient(settings.population_url, settings.population_client_id, register_key, issuer)
        self.outbound = Outbound(settings.outbound_allow)
        self.remote_keys = RemoteKeys(self.outbound)
        browser = Browser(issuer, secret, sessions, templates)
        authenticate = ClientAuthentication(issuer, clients, UsedIds(database))
        flow = Flow(issuer, browser, interactions, clients)
        self.consent = ConsentScreen(flow, accounts, consents, audit)
        second_factor = SecondFactor(
            flow, secret, accounts, OneTimeCodes(database), limits, sessions, delivery, audit, self.consent
        )
        register_check = RegisterCheck(self.population, accounts, sessions, audit)
        self.workers = (
            BackchannelLogout(issuer, sid_key, keys, clients, queues, audit, self.outbound),
            Notices(issuer, accounts, queues, delivery, audit),
        )
        grant_handlers: dict[str, GrantHandler] = {
            grant_types.AUTHORIZATION_CODE: AuthorizationCode(sid_key, grants, audit),
        }
        self.machine_routes: dict[str, ASGIApp] = {
            "/.well-known/openid-configuration": endpoint(jwks.discovery(issuer), "GET", "HEAD"),
            "/.well-known/oauth-authorization-server": endpoint(jwks.discovery(issuer), "GET", "HEAD"),
            "/jwks": endpoint(jwks.jwks(keys), "GET", "HEAD"),
            "/par": endpoint(PushedAuthorizationRequest(authenticate, pushed), "POST"),
            "/token": endpoint(Token(issuer, keys, authenticate, grant_handlers), "POST"),
            "/userinfo": endpoint(Userinfo(issuer, keys, grants, accounts, audit), "GET", "POST"),
            "/register-events": endpoint(RegisterEventsEndpoint(self.population, accounts, events), "POST"),
            "/healthz": endpoint(health(database, settings.run_id), "GET", "HEAD"),
        }
        self.browser = browser
        self.authorization = Authorization(
            issuer, keys, browser, clients, pushed, interactions, subjects, consents, grants, register_check, audit
        )
        self.logout = Logout(issuer, sid_key, keys, browser, clients, sessions, audit)
        self.login = Login(flow, accounts, limits, Hashing(), second_factor, audit)
        self.second_factor = second_factor
        self.stops = Stops(flow)
        self.account = AccountPages(
            Door(browser, accounts, interactions), accounts, sessions, consents, clients, events, audit, self.population
        )

    def page_routes(self) -> list[Route | Mount]:
        """Every page, by address."""
        a, s, here = self.authorization, self.stops, "/sign-in/{interaction_id}"
        return [
            Route("/", self._home),
            Route("/authorize", a.begin, methods=["GET", "POST"]),
            Route("/authorize/{interaction_id}", a.resume),
            Route(here, self.login.show),
            Route(here, self.login.submit, methods=["POST"]),
            Route(f"{here}/cancel", self.login.cancel, methods=["POST"]),
            Route(f"{here}/code", self.second_factor.show),
            Route(f"{here}/code", self.second_factor.submit, methods=["POST"]),
            Route(f"{here}/consent", self.consent.show),
            Route(f"{here}/consent", self.consent.submit, methods=["POST"]),
            Route(f"{here}/level", s.level),
            Route(f"{here}/level", s.leave_level, methods=["POST"]),
            Route(f"{here}/register-unavailable", s.register_unavailable),
            Route(f"{here}/register-unavailable", s.leave_register, methods=["POST"]),
            Route(f"{here}/not-vouched", s.not_vouched),
            Route(f"{here}/not-vouched", s.leave_not_vouched, methods=["POST"]),
            Route("/logout", self.logout.begin, methods=["GET", "POST"]),
            Route("/logout/confirm", self.logout.confirm, methods=["POST"]),
            Route("/logout/done", self.logout.done),
            Route("/account", self.account.overview),
            Route("/account/devices", self.account.devices),
            Route("/account/devices", self.account.end_session, methods=["POST"]),
            Route("/account/sharing", self.account.sharing),
            Route("/account/sharing", self.account.withdraw, methods=["POST"]),
            Route("/account/activity", self.account.activity),
            Route("/account/sign-out", self.account.sign_out, methods=["POST"]),
            Route("/account/lock", self.account.ask_lock),
            Route("/account/lock", self.account.lock, methods=["POST"]),
            Mount("/static", design.asgi.static_app()),
        ]

    async def _home(self, request: Request) -> Response:
        visit = await self.browser.visit(request)
        return self.browser.page(visit, "home.html", signed_in=visit.signed_in is not None)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Errors of pages, in one place: a stable code, the person's language, a way on."""
        refused = error if isinstance(error, Refused) else Refused(refusals.UNAVAILABLE, 503)
        if isinstance(error, AWAY):
            log.warning("the database is away: %s", type(error).__name__)
        visit = self.browser.stranger(request)
        return self.browser.page(visit, "refused.html", status=refused.status, code=refused.code, **refused.context)

    async def not_found(self, request: Request, error: Exception) -> Response:
        """404."""
        return await self.refuse(request, Refused(refusals.NOT_FOUND, 404))


class Application:
    """The ASGI application: machines' addresses first, without page machinery; then pages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._machines: dict[str, ASGIApp] = {}
        self._lifespan = Starlette(lifespan=self._run)
        self._pages: ASGIApp = self._lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
            return
        machine = self._machines.get(scope.get("path", ""))
        await (machine or self._pages)(scope, receive, send)

    @asynccontextmanager
    async def _run(self, _: Any) -> AsyncIterator[None]:
        settings = self._settings
        templates = presentation.environment(settings.issuer, settings.test_environment, country_time.now)
        sealer = key_files.sealer(settings.keys_dir)
        async with databases.connect(settings.database_url, sealer) as database:
            provider = Provider(settings, database, templates)
            exceptions: dict[Any, Any] = {Refused: provider.refuse, 404: provider.not_found, 405: provider.not_found}
            exceptions |= dict.fromkeys((*AWAY, 500), provider.refuse)
            self._pages = Starlette(
                routes=provider.page_routes(),
                middleware=[Middleware(design.asgi.SecurityHeaders)],
                exception_handlers=exceptions,
            )
            self._machines = provider.machine_routes
            tasks = [asyncio.create_task(worker.run()) for worker in provider.workers]
            tasks.append(asyncio.create_task(_listen(provider.clients, settings.database_url)))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await provider.population.close()
                await provider.outbound.close()


async def _listen(clients: Clients, url: str) -> None:
    """Keep the ear for changed registrations open; while it is closed nothing is served from memory."""
    while True:
        try:
            connection = await clients.listen(url)
            while not connection.is_closed():
                await asyncio.sleep(1)
        except AWAY:
            log.warning("cannot listen for changed clients")
        await asyncio.sleep(1)


def factory() -> Application:
    """For uvicorn: an application from the environment."""
    return Application(environment.read(os.environ))
