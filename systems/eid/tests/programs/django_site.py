"""A Django site of one page behind mozilla-django-oidc; `django_site.py PORT SETTINGS-AS-JSON`."""

from __future__ import annotations

import json
import socket
import sys
from typing import Any
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

PORT, OIDC = int(sys.argv[1]), json.loads(sys.argv[2])
_look_up = socket.getaddrinfo


def _loopback(host: Any, *more: Any, **named: Any) -> Any:
    """Names under .localhost lead to loopback (RFC 6761); Python does not do it itself."""
    local = isinstance(host, str) and host.endswith(".localhost")
    return _look_up("127.0.0.1" if local else host, *more, **named)


def home(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and what the library keeps of it."""
    user = request.user
    return JsonResponse({"signed_in": user.is_authenticated, "email": getattr(user, "email", "")})


socket.getaddrinfo = _loopback
settings.configure(
    SECRET_KEY="only-for-this-test-of-a-few-seconds",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    LOGIN_REDIRECT_URL="/",
    LOGIN_REDIRECT_URL_FAILURE="/?failed",
    LOGOUT_REDIRECT_URL="/",
    **OIDC,
)
django.setup()
call_command("migrate", verbosity=0)
urlpatterns = [path("", home), path("oidc/", include("mozilla_django_oidc.urls"))]
make_server("127.0.0.1", PORT, WSGIHandler()).serve_forever()
