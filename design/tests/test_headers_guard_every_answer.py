"""Every answer of Starlette and of Django carries the guarding headers, also errors; each has a nonce of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import django
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils.translation import get_language
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from design.asgi import SecurityHeaders, static_app
from design.assets import asset_url
from design.headers import NotAnOrigin, content_security_policy, origin_of
from design.page_request import current

CLIENT = "http://quangtri.localhost:8604"
EID = "http://eid.localhost:8601"
LONG = 9000


def starlette_page(request: Request) -> Response:
    return HTMLResponse(f"{current().language} {current().nonce}")


async def starlette_consent(request: Request) -> Response:
    policy = content_security_policy(form_action=CLIENT + "/eid/callback?x=1")
    return HTMLResponse("consent", headers={"Content-Security-Policy": policy})


async def starlette_json(request: Request) -> Response:
    return JSONResponse({})


async def starlette_long(request: Request) -> Response:
    return HTMLResponse("a" * LONG)


def django_long(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a" * LONG)


def django_page(request: HttpRequest) -> HttpResponse:
    assert get_language() == current().language
    return HttpResponse(f"{current().language} {current().nonce}")


def django_consent(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("consent")
    response.headers["Content-Security-Policy"] = content_security_policy(form_action=CLIENT + "/eid/callback?x=1")
    return response


urlpatterns = [path("", django_page), path("consent", django_consent), path("long", django_long)]


class Asked:
    """One system under test, asked the same way whichever framework it runs on."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        if kind == "starlette":
            routes = [
                Route("/", starlette_page),
                Route("/consent", starlette_consent),
                Route("/json", starlette_json),
                Route("/long", starlette_long),
                Mount("/static", static_app()),
            ]
            app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, form_action=[EID])])
            self.starlette = TestClient(app, base_url="https://eid.localhost")

    def get(self, address: str, **headers: str) -> tuple[int, dict[str, str], str]:
        if self.kind == "starlette":
            self.starlette.cookies.clear()
            answer = self.starlette.get(address, headers=headers)
            return answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.text
        extra = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        given = Client().get(address, secure=True, **extra)  # type: ignore[arg-type]
        found = {k.lower(): v for k, v in given.headers.items()}
        if given.cookies:
            found["set-cookie"] = given.cookies.output(header="").strip()
        return given.status_code, found, given.content.decode("utf-8", "replace")


@pytest.fixture(scope="module", params=["starlette", "django"])
def system(request: pytest.FixtureRequest) -> Iterator[Asked]:
    if not settings.configured:
        settings.configure(SECRET_KEY="only for this test")
        django.setup()
    with override_settings(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=["design.django_middleware.SecurityHeaders"],
        PAGE_FORM_ACTION=(EID,),
        USE_I18N=True,
    ):
        yield Asked(request.param)


@pytest.mark.parametrize("address", ["/", "/not-there"])
def test_every_header_is_there(system: Asked, address: str) -> None:
    _, headers, _ = system.get(address)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert f"form-action 'self' {EID};" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_the_nonce_of_the_page_is_the_policys_and_never_the_same_twice(system: Asked) -> None:
    seen = set()
    for _ in range(3):
        _, headers, body = system.get("/")
        nonce = body.split()[1]
        assert f"'nonce-{nonce}'" in headers["content-security-policy"]
        assert len(nonce) >= 22
        seen.add(nonce)
    assert len(seen) == 3


def test_a_page_may_name_where_its_form_ends(system: Asked) -> None:
    _, headers, _ = system.get("/consent")
    assert f"form-action 'self' {CLIENT};" in headers["content-security-policy"]
    assert "callback" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/", {}, "vi"),
        ("/", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("/", {"Accept-Language": "fr,en;q=0.3,vi;q=0.8"}, "vi"),
        ("/", {"Accept-Language": "en;q=0"}, "vi"),
        ("/", {"Accept-Language": ";;q=x,,"}, "vi"),
        ("/", {"Cookie": "__Host-lang=en"}, "en"),
        ("/", {"Cookie": "__Host-lang=xx", "Accept-Language": "en"}, "en"),
        ("/?lang=vi", {"Cookie": "__Host-lang=en"}, "vi"),
        ("/?lang=../../etc", {}, "vi"),
    ],
)
def test_language_is_asked_then_remembered_then_guessed(
    system: Asked, address: str, headers: dict[str, str], language: str
) -> None:
    _, answered, body = system.get(address, **headers)
    assert body.split()[0] == language
    assert answered["content-language"] == language
    assert "Accept-Language" in answered["vary"]


def test_a_chosen_language_is_kept_in_a_guarded_cookie(system: Asked) -> None:
    _, headers, _ = system.get("/?lang=en")
    cookie = headers["set-cookie"]
    assert cookie.startswith("__Host-lang=en;")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part.lower() in cookie.lower()
    assert "domain" not in cookie.lower()
    _, without, _ = system.get("/")
    assert "set-cookie" not in without


def test_pages_are_not_kept_by_the_browser(system: Asked) -> None:
    assert system.get("/")[1]["cache-control"] == "no-store"


def test_only_the_page_of_a_first_visit_is_compressed(system: Asked) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    _, first, text = system.get("/long", **gzip)
    assert first["content-encoding"] == "gzip"
    assert int(first["content-length"]) < 1000
    assert "Accept-Encoding" in first["vary"]
    assert system.get("/long", Cookie="__Host-lang=en", **gzip)[1].get("content-encoding") == "gzip"
    for headers in ({"Cookie": "__Host-session=x", **gzip}, {"Cookie": "__Host-lang=en; csrf=1", **gzip}, {}):
        _, later, whole = system.get("/long", **{"Accept-Encoding": "identity", **headers})
        assert "content-encoding" not in later
        assert len(whole) == LONG
    assert system.kind == "django" or len(text) == LONG  # the client of Starlette unpacks
    assert "content-encoding" not in system.get("/", **gzip)[1]


def test_static_files_are_compressed_and_kept_for_ever() -> None:
    system = Asked("starlette")
    smallest, headers, _ = system.get(asset_url("motcua.css"), **{"Accept-Encoding": "gzip, deflate, br"})
    assert (smallest, headers["content-encoding"]) == (200, "br")
    status, headers, body = system.get(asset_url("motcua.css"), **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert re.search(r"\.mc-header\b", body)
    assert system.get(asset_url("motcua.css"), **{"Accept-Encoding": "identity"})[1].get("content-encoding") is None
    for outside in (
        "/static/../manifest.json",
        "/static/%2e%2e/manifest.json",
        "/static/motcua.css",
        "/static/",
        asset_url("motcua.css") + ".br",
    ):
        assert system.get(outside)[0] == 404


@pytest.mark.parametrize(
    "address", ["javascript:alert(1) *", "https://a b/", "//evil", "https://", "https://e.example;script-src *", "x"]
)
def test_what_is_no_origin_never_reaches_the_policy(address: str) -> None:
    with pytest.raises(NotAnOrigin):
        origin_of(address)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://client.example/cb?x=1", "https://client.example"),
        ("http://[::1]:8601/cb", "http://[::1]:8601"),
        ("vn.example.app:/callback", "vn.example.app:"),
    ],
)
def test_the_origin_of_a_registered_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin
