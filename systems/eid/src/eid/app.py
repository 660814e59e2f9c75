"""Where everything meets: records, rules and screens are wired here, and routes meet handlers here only."""

from __future__ import annotations

import asyncio
import gc
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
from eid.account.inbox import InboxPage
from eid.account.notices import Notices
from eid.account.owner import Door
from eid.account.pages import AccountPages
from eid.account.requests import RequestPages
from eid.browser import presentation, refusals
from eid.browser.direct import direct
from eid.browser.refusals import Refused
from eid.browser.replies import Replies
from eid.browser.visits import Browser
from eid.clients.certificate import read_authorities
from eid.endpoints import jwks
from eid.endpoints.access_tokens import AccessTokens
from eid.endpoints.approval_for_tests import ApprovalForTests
from eid.endpoints.authorization import Authorization
from eid.endpoints.authorization_code import AuthorizationCode
from eid.endpoints.backchannel_authentication import BackchannelAuthentication
from eid.endpoints.backchannel_logout import BackchannelLogout
from eid.endpoints.check_session import check_session
from eid.endpoints.ciba_ping import CibaPing
from eid.endpoints.client_authentication import ClientAuthentication
from eid.endpoints.client_credentials import ClientCredentials
from eid.endpoints.device_authorization import DeviceAuthorization
from eid.endpoints.health import health
from eid.endpoints.http import ASGIApp, Handler, Receive, Scope, Send, endpoint
from eid.endpoints.introspection import Introspection
from eid.endpoints.logout import Logout
from eid.endpoints.notices import PATH as NOTICES
from eid.endpoints.notices import NoticesEndpoint
from eid.endpoints.own_tokens import OwnTokens
from eid.endpoints.par import PushedAuthorizationRequest
from eid.endpoints.pending_grant import PendingGrant
from eid.endpoints.proxies import TrustedProxies
from eid.endpoints.refresh_token import RefreshToken, RefreshTokens
from eid.endpoints.register_check import RegisterCheck
from eid.endpoints.register_events import RegisterEventsEndpoint
from eid.endpoints.registration import Registration
from eid.endpoints.request_objects import RequestObjects
from eid.endpoints.revocation import Revocation
from eid.endpoints.sender_constraint import SenderConstraint
from eid.endpoints.signals.transmitter import Transmitter
from eid.endpoints.token import GrantHandler, Token
from eid.endpoints.token_exchange import TokenExchange
from eid.endpoints.userinfo import Userinfo
from eid.interaction.consent import ConsentScreen
from eid.interaction.device import DevicePages
from eid.interaction.flow import Flow
from eid.interaction.hashing import Hashing
from eid.interaction.login import Login
from eid.interaction.second_factor import SecondFactor
from eid.interaction.stops import Stops
from eid.keys import KeyRing
from eid.oidc import grant_types, protected_resource
from eid.oidc.dpop import Nonces
from eid.outbound import Outbound, RemoteKeys
from eid.population_client import PopulationClient
from eid.settings import Settings
from eid.storage import database as databases
from eid.storage.database import AWAY, Database
from eid.storage.records import Records
from kernel import country_time
from wire.delivery import Delivery

log = logging.getLogger("eid")


class Provider:
    """One process of the provider: its records, its keys, and its handlers by address."""

    def __init__(self, settings: Settings, database: Database, templates: jinja2.Environment) -> None:
        self.settings = settings
        self.issuer = issuer = settings.issuer
        self.secret = secret = key_files.browser_secret(settings.keys_dir)
        self.sid_key = sid_key = hmac.digest(secret, b"sid", hashlib.sha256)
        self.keys = keys = KeyRing(settings.keys_dir)
        self.records = r = Records(database, secret)
        self.delivery = delivery = Delivery(
            settings.sms_gateway_url, settings.sms_gateway_token, settings.smtp_url, "VNeID <vneid@localhost>"
        )
        register_key = key_files.register_client_key(settings.keys_dir)
        self.population = PopulationClient(settings.population_url, settings.population_client_id, register_key, issuer)
        self.outbound = Outbound(settings.outbound_allow)
        self.remote_keys = RemoteKeys(self.outbound)
        self.register_check = RegisterCheck(self.population, r.accounts, r.changes, r.audit)
        self.mtls_origin = settings.mtls_origin
        origins = (issuer,) if settings.mtls_origin is None else (issuer, settings.mtls_origin)
        authorities = read_authorities(settings.client_cert_ca)
        self.authenticate = ClientAuthentication(origins, r.clients, r.used_ids, self.remote_keys, authorities)
        self.objects = RequestObjects(issuer, keys, self.authenticate, self.outbound)
        nonces = Nonces(hmac.digest(secret, b"dpop-nonce", hashlib.sha256))
        self.constraint = SenderConstraint(origins, nonces, r.used_ids)
        self.own_tokens = OwnTokens(issuer, keys, self.constraint, r.clients)
        transmitter = Transmitter(
            issuer, r, sid_key=sid_key, keys=keys, own_tokens=self.own_tokens, outbound=self.outbound
        )
        self.workers = (
            transmitter.push,
            BackchannelLogout(issuer, sid_key, keys, r.clients, r.queues, r.audit, self.outbound),
            CibaPing(r.clients, r.pending, self.outbound),
            Notices(issuer, r.accounts, r.queues, delivery, r.audit),
        )
        self.machine_routes = self._machines(health(database, settings.run_id)) | _signal_routes(transmitter, issuer)
        if settings.dynamic_registration:
            register = Registration(
                issuer,
                r.clients,
                r.registration_tokens,
                self.outbound,
                self.remote_keys,
                settings.software_statement_issuers,
                r.audit,
            )
            self.machine_routes["/register"] = endpoint(register, "POST", "GET", "PUT", "DELETE")
        if settings.test_approvals:
            approval = ApprovalForTests(r.pending, r.accounts, r.clients, r.subjects, self.register_check)
            self.machine_routes["/test/ciba"] = endpoint(approval, "POST")
        self.browser = Browser(issuer, secret, r.sessions, presentation.kept(templates))
        self._screens(delivery)

    def _machines(self, health_handler: Handler) -> dict[str, ASGIApp]:
        """Every address that machines call."""
        issuer, keys, r = self.issuer, self.keys, self.records
        authenticate, constraint = self.authenticate, self.constraint
        refresh_key = hmac.digest(self.secret, b"refresh", hashlib.sha256)
        access_tokens = AccessTokens(issuer, keys, r.grants, r.clients, r.revoked)
        discovery = jwks.discovery(issuer, self.mtls_origin, registration=self.settings.dynamic_registration)
        return {
            "/.well-known/openid-configuration": endpoint(discovery, "GET", "HEAD"),
            "/.well-known/oauth-authorization-server": endpoint(discovery, "GET", "HEAD"),
            "/jwks": endpoint(jwks.jwks(keys), "GET", "HEAD"),
            "/check-session": endpoint(check_session, "GET", "HEAD"),
            **{
                protected_resource.WELL_KNOWN + path: endpoint(jwks.protected_resource(issuer, path), "GET", "HEAD")
                for path in protected_resource.RESOURCES
            },
            "/par": endpoint(PushedAuthorizationRequest(authenticate, constraint, self.objects, r.pushed), "POST"),
            "/token": endpoint(
                Token(issuer, keys, authenticate, constraint, self._grant_types(access_tokens, refresh_key)), "POST"
            ),
            "/bc-authorize": endpoint(
                BackchannelAuthentication(
                    issuer, keys, authenticate, r.pending, r.accounts, r.subjects, r.limits, r.used_ids, r.audit
                ),
                "POST",
            ),
            "/device_authorization": endpoint(
                DeviceAuthorization(issuer, self.secret, authenticate, r.pending, r.limits), "POST"
            ),
            "/introspect": endpoint(Introspection(authenticate, access_tokens, r.families, refresh_key), "POST"),
            "/revoke": endpoint(Revocation(authenticate, access_tokens, r.families, refresh_key, r.audit), "POST"),
            "/userinfo": endpoint(
                Userinfo(issuer, keys, constraint, authenticate, r.clients, r.tellings),
                "GET",
                "POST",
                resource=protected_resource.address(issuer, "/userinfo"),
            ),
            "/register-events": endpoint(
                RegisterEventsEndpoint(self.population, r.accounts, r.events, r.changes, r.audit), "POST"
            ),
            NOTICES: endpoint(
                NoticesEndpoint(self.own_tokens, r.accounts, r.subjects, r.notices, r.limits, r.audit),
                "POST",
                resource=protected_resource.address(issuer, NOTICES),
            ),
            "/healthz": endpoint(health_handler, "GET", "HEAD"),
        }

    def _grant_types(self, access_tokens: AccessTokens, refresh_key: bytes) -> dict[str, GrantHandler]:
        """The token endpoint's handlers, by grant_type."""
        sid_key, r = self.sid_key, self.records
        refresh_tokens = RefreshTokens(refresh_key, r.families)
        device = PendingGrant("device", sid_key, r.pending, r.grants, refresh_tokens, r.audit)
        ciba = PendingGrant("ciba", sid_key, r.pending, r.grants, refresh_tokens, r.audit)
        return {
            grant_types.AUTHORIZATION_CODE: AuthorizationCode(sid_key, r.grants, r.accounts, r.audit, refresh_tokens),
            grant_types.REFRESH_TOKEN: RefreshToken(refresh_tokens, sid_key, r.grants, r.audit),
            grant_types.CLIENT_CREDENTIALS: ClientCredentials(self.issuer, r.audit),
            grant_types.DEVICE_CODE: device,
            grant_types.CIBA: ciba,
            grant_types.TOKEN_EXCHANGE: TokenExchange(access_tokens, r.clients, r.subjects, r.audit),
        }

    def _screens(self, delivery: Delivery) -> None:
        """Every page that a person sees; `page_routes` gives them their addresses."""
        issuer, keys, browser, r = self.issuer, self.keys, self.browser, self.records
        replies = Replies(issuer, keys, browser)
        self.authorization = Authorization(
            issuer,
            keys,
            browser,
            replies,
            self.objects,
            r.clients,
            r.pushed,
            r.interactions,
            r.arrivals,
            r.subjects,
            r.consents,
            r.grants,
            self.register_check,
            r.pending,
        )
        flow = Flow(browser, replies, r.interactions, r.clients, r.pending, self.authorization.go_on)
        self.device = DevicePages(self.secret, browser, r.interactions, r.pending, r.limits)
        self.logout = Logout(issuer, self.sid_key, keys, browser, r.clients, r.sessions, r.audit)
        self.consent = ConsentScreen(flow, r.accounts, r.consents, r.audit)
        self.second_factor = SecondFactor(
            flow, self.secret, r.accounts, r.one_time_codes, r.limits, r.sessions, delivery, r.audit, self.consent
        )
        self.login = Login(
            flow, r.accounts, r.limits, Hashing(), self.second_factor, r.audit, self.settings.test_single_factor
        )
        self.stops = Stops(flow)
        door = Door(browser, r.accounts, r.interactions)
        self.requests = RequestPages(door, r.interactions, r.pending, r.clients)
        self.inbox = InboxPage(door, r.notices, r.clients)
        self.account = AccountPages(
            door,
            r.accounts,
            r.changes,
            r.sessions,
            r.consents,
            r.clients,
            r.events,
            r.audit,
            self.population,
            r.pending,
        )

    def page_routes(self) -> list[Route | Mount]:
        """Every page, by address."""
        a, s, here = self.authorization, self.stops, "/sign-in/{interaction_id}"
        return [
            Route("/", self._home),
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
            Route("/device", self.device.show),
            Route("/device", self.device.submit, methods=["POST"]),
            Route("/answered", self.device.answered),
            Route("/account/requests", self.requests.show),
            Route("/account/requests", self.requests.submit, methods=["POST"]),
            Route("/logout", self.logout.begin, methods=["GET", "POST"]),
            Route("/logout/confirm", self.logout.confirm, methods=["POST"]),
            Route("/logout/done", self.logout.done),
            Route("/account", self.account.overview),
            Route("/account/notices", self.inbox.show),
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
        page = self.browser.page(visit, "refused.html", status=refused.status, code=refused.code, **refused.context)
        if refused.status == 503:
            page.headers["retry-after"] = "5"
        return page

    async def not_found(self, request: Request, error: Exception) -> Response:
        """404."""
        return await self.refuse(request, Refused(refusals.NOT_FOUND, 404))


def _signal_routes(transmitter: Transmitter, issuer: str) -> dict[str, ASGIApp]:
    metadata = protected_resource.address(issuer, "/ssf")
    return {
        "/.well-known/ssf-configuration": endpoint(transmitter.metadata, "GET", "HEAD"),
        "/ssf/streams": endpoint(transmitter.configuration, "GET", "POST", "PATCH", "PUT", "DELETE", resource=metadata),
        "/ssf/status": endpoint(transmitter.status, "GET", "POST", resource=metadata),
        "/ssf/subjects/add": endpoint(transmitter.subjects.add, "POST", resource=metadata),
        "/ssf/subjects/remove": endpoint(transmitter.subjects.remove, "POST", resource=metadata),
        "/ssf/verify": endpoint(transmitter.verification, "POST", resource=metadata),
        "/ssf/poll": endpoint(transmitter.poll, "POST", resource=metadata),
    }


class Application:
    """The ASGI application: what machines call, and /authorize, without the pages' machinery; then pages."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._proxies = TrustedProxies(
            settings.trusted_proxies, settings.client_cert_header, settings.client_cert_format
        )
        self._machines: dict[str, ASGIApp] = {}
        self._lifespan = Starlette(lifespan=self._run)
        self._pages: ASGIApp = self._lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
            return
        self._proxies.admit(scope)
        machine = self._machines.get(scope.get("path", ""))
        await (machine or self._pages)(scope, receive, send)

    @asynccontextmanager
    async def _run(self, _: Any) -> AsyncIterator[None]:
        settings = self._settings
        templates = presentation.environment(
            settings.issuer,
            settings.test_environment,
            country_time.now,
            tuple(
                said
                for said, is_on in (
                    (presentation.TEST_APPROVALS, settings.test_approvals),
                    (presentation.TEST_SINGLE_FACTOR, settings.test_single_factor),
                )
                if is_on
            ),
        )
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
            authorize = direct(provider.authorization.begin, provider.refuse, self._pages)
            self._machines = provider.machine_routes | {"/authorize": authorize}
            tasks = [asyncio.create_task(worker.run()) for worker in provider.workers]
            tasks.append(asyncio.create_task(provider.records.clients.keep_listening(settings.database_url)))
            _collect_seldom()
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                for calling in (provider.population, provider.outbound, provider.delivery):
                    await calling.close()


def _collect_seldom() -> None:
    """What is there now stays, and requests leave few cycles: a look every 700 objects costs 7 % of a flow."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def factory() -> Application:
    """For uvicorn: an application from the environment."""
    return Application(environment.read(os.environ))
