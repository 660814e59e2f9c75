"""The one place where routes meet handlers, and errors become answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID, uuid4

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from design.asgi import SecurityHeaders, static_app
from population import keys
from population.bulk_pool import BulkPool
from population.disclosure.token_rate import Buckets
from population.doors.door import Door, Refusal
from population.endpoints import (
    access_history,
    bulk,
    changes,
    health,
    lookup,
    references,
    same_household,
    token,
    verify,
)
from population.endpoints.direct import Answered, Direct
from population.endpoints.json_bodies import json_response
from population.endpoints.pages import Pages
from population.errors import InvalidToken, RegisterError, TemporarilyUnavailable
from population.events.push import push_for_ever
from population.events.telling import tell_for_ever
from population.events.watch import watch_for_ever
from population.own.corrections import OwnCorrections
from population.own.history import History
from population.people.comparison import DECOY
from population.settings import Settings
from population.sign_in.provider import Provider
from population.staff.desk import Desk
from population.staff.watch_pages import WatchPages
from population.storage import people
from population.storage.database import AWAY, connect
from population.storage.reader import Reader
from population.storage.writer import Writer
from population.wiring import Wiring
from wire.delivery import Delivery
from wire.sealing import SealBroken

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> ASGIApp:
    """The register as an ASGI application."""
    framed = _framed(settings)
    return Direct(
        framed, {"/npd/v1/verify": verify.verify}, lambda: getattr(framed.state, "wiring", None), refused_directly
    )


def _framed(settings: Settings) -> Starlette:
    door = Door(settings)
    pages, history, mine = Pages(door), History(door), OwnCorrections(door)
    desk, watching = Desk(door), WatchPages(door)

    async def refused_page(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return door.refused(error)

    async def no_such_page(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return pages.not_found()
        word = "not_found" if error.status_code == 404 else "method_not_allowed"
        return json_response({"error": word}, error.status_code)

    return Starlette(
        routes=[
            Route("/", pages.front),
            Route("/healthz", health.healthz),
            Route("/jwks", health.jwks),
            Route("/token", token.token, methods=["POST"]),
            Route("/npd/v1/references/{kind}/{ref}", references.reference, methods=["PUT", "DELETE"]),
            Route("/npd/v1/lookup", lookup.lookup, methods=["POST"]),
            Route("/npd/v1/same-household", same_household.same_household, methods=["POST"]),
            Route("/npd/v1/access-history", access_history.access_history, methods=["POST"]),
            Route("/npd/v1/bulk-verify/{job}", bulk.job, methods=["PUT", "GET"]),
            Route("/npd/v1/bulk-verify/{job}/rows", bulk.rows, methods=["POST"]),
            Route("/npd/v1/bulk-verify/{job}/results", bulk.results, methods=["GET"]),
            Route("/npd/v1/changes", changes.changes, methods=["GET"]),
            Route("/npd/v1/changes/again", changes.again, methods=["POST"]),
            Route("/vneid/bat-dau", door.start),
            Route("/vneid/tro-ve", door.callback),
            Route("/dang-xuat", door.leave, methods=["POST"]),
            Route("/cua-toi", history.page),
            Route("/cua-toi/lich-su.csv", history.csv),
            Route("/cua-toi/dinh-chinh", mine.page, methods=["GET", "POST"]),
            Route("/can-bo", desk.queue),
            Route("/can-bo/dinh-chinh/{id}", desk.case, methods=["GET", "POST"]),
            Route("/can-bo/canh-bao", watching.alarms, methods=["GET", "POST"]),
            Route("/can-bo/bao-mat", watching.secrecy, methods=["GET", "POST"]),
            Mount("/static", static_app()),
        ],
        middleware=[Middleware(RequestId), Middleware(SecurityHeaders)],
        exception_handlers={
            RegisterError: _refused,
            Refusal: refused_page,
            HTTPException: no_such_page,
            SealBroken: _refused,
            **dict.fromkeys(AWAY, _refused),
        },
        lifespan=_lifespan(settings),
    )


class RequestId:
    """Gives every request an id that its answer and its log entry carry."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["request_id"] = uuid4()
        await self.app(scope, receive, send)


def _lifespan(settings: Settings) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sealer = keys.sealer(settings.keys_dir)
        async with connect(settings.database_url, sealer) as database:
            wiring = Wiring(
                settings,
                database,
                keys.signing_key(settings.keys_dir),
                keys.jwks(settings.keys_dir),
                Reader(database, people.decoy(database, DECOY)),
                Writer(database),
                BulkPool(settings),
                Buckets(settings.tokens_per_minute),
                Provider(settings.eid_url, settings.client_id, settings.origin, keys.signing_key(settings.keys_dir)),
            )
            app.state.wiring = wiring
            delivery = Delivery("", "", settings.smtp_url, _SENDER)
            tasks = [
                asyncio.create_task(push_for_ever(wiring)),
                asyncio.create_task(tell_for_ever(wiring)),
                asyncio.create_task(watch_for_ever(wiring, delivery)),
            ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                wiring.bulk.close()
                await wiring.provider.close()
                await wiring.reader.close()
                await wiring.writer.close()

    return lifespan


_SENDER = "Cơ sở dữ liệu dân cư <population@example.vn>"


def answered(request_id: UUID, error: RegisterError) -> Answered:
    """The error of the contract: ``error``, ``error_description``, ``request_id`` and what the error adds."""
    members = error.members()
    body = {
        "error": error.error,
        "error_description": error.description,
        "request_id": str(request_id),
        **members,
    }
    headers = {"Retry-After": str(members["retry_after"])} if "retry_after" in members else {}
    if isinstance(error, InvalidToken):
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return error.status, headers, msgspec.json.encode(body)


def meant(error: Exception) -> RegisterError | None:
    """What an error means to a caller; None for one that nobody foresaw."""
    if isinstance(error, RegisterError):
        return error
    if isinstance(error, SealBroken):
        # A sealed value that does not open is damage, not an answer about a person.
        log.error("a sealed column does not open")
        return TemporarilyUnavailable("the register cannot answer now")
    if isinstance(error, AWAY):
        # guard: npd-unavailable-is-never-no
        log.warning("database away: %s", type(error).__name__)
        return TemporarilyUnavailable("the register cannot answer now")
    return None


def refused_directly(request_id: UUID, error: Exception) -> Answered | None:
    """For `endpoints.direct`."""
    told = meant(error)
    return None if told is None else answered(request_id, told)


async def _refused(request: Request, error: Exception) -> Response:
    told = meant(error)
    assert told is not None
    status, headers, body = answered(request.state.request_id, told)
    return Response(body, status, {"Cache-Control": "no-store"} | headers, "application/json")
