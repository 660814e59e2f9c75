"""Django's settings, derived from `portal.config.CONFIG`; nothing is decided here that an operator should decide."""

from __future__ import annotations

import secrets
from urllib.parse import unquote, urlsplit
from warnings import filterwarnings

import authlib.deprecate  # noqa: F401  (its import sets a filter of its own; ours must come after)

from design.assets import static_dir
from portal.config import CONFIG
from portal.sso.settings import OAUTH2_PROVIDER, OAUTH2_PROVIDER_GRANT_MODEL  # noqa: F401  (kept with the app they serve)

# Authlib asks for httpx2, for which there is no loopback transport yet.
filterwarnings("ignore", message="The httpx module is deprecated")

_database = urlsplit(CONFIG.database_url or "postgresql://nobody:none@127.0.0.1:1/none")
_secret = CONFIG.keys_dir / "django-secret"

# Without `portal keys ensure` every process would invent a key of its own: fine for a test, refused by `portal check`.
SECRET_KEY = _secret.read_text() if _secret.exists() else secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = [CONFIG.host, CONFIG.files_host]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",  # django-oauth-toolkit's models point at it; nobody signs in with it
    "procrastinate.contrib.django",
    "oauth2_provider",
    "portal.accounts",
    "portal.accounts.duty",
    "portal.eid_login",
    "portal.sso",
    "portal.catalogue",
    "portal.store",
    "portal.dossiers",
    "portal.exchange",
    "portal.claims",
    "portal.campaign",
    "portal.desk",
]

MIDDLEWARE = [
    "design.django_middleware.SecurityHeaders",
    "portal.middleware.HostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.middleware.LoginMiddleware",
    "portal.sso.middleware.UpstreamLoginMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "portal.jinja.Backend",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "portal.jinja.environment",
            "context_processors": ["portal.jinja.page_context"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_database.path.lstrip("/")),
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": _database.hostname or "",
        "PORT": str(_database.port or 5432),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 10, "timeout": 5}},
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "portal.accounts.session_store"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.csrf_refused"
CSRF_TRUSTED_ORIGINS = [CONFIG.origin]

USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = False  # messages are Babel's (portal.i18n)
LANGUAGE_CODE = "vi"
STATIC_URL = "/static/"
STATIC_ROOT = static_dir()
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{10,12}\."
WHITENOISE_MAX_AGE = 31_536_000  # every name carries a hash of its content

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
PROCRASTINATE_ON_APP_READY = "portal.jobs.on_app_ready"

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"

# Personal data must not reach a log: no request lines with query strings, no SQL, no DEBUG of the OAuth client.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "authlib": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "oauthlib": {"level": "WARNING"},
        "oauth2_provider": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
