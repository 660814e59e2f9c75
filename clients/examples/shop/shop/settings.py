"""The shop's settings, from the environment."""

import os

SECRET_KEY = os.environ["SHOP_SECRET"]
ALLOWED_HOSTS = ["127.0.0.1", "shop.localhost"]
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.sessions", "shop"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["SHOP_DB_HOST"],
        "PORT": os.environ["SHOP_DB_PORT"],
        "NAME": os.environ["SHOP_DB_NAME"],
        "USER": os.environ["SHOP_DB_USER"],
        "PASSWORD": os.environ["SHOP_DB_PASSWORD"],
    }
}
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [os.environ["SHOP_ORIGIN"]]
USE_TZ, TIME_ZONE = True, "Asia/Ho_Chi_Minh"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ORIGIN = os.environ["SHOP_ORIGIN"]
EID_ISSUER = os.environ["SHOP_EID_ISSUER"]
EID_REGISTER = os.environ["SHOP_EID_REGISTER"]
EID_KEY_FILE = os.environ["SHOP_EID_KEY_FILE"]
OLD_SIGN_IN_ENDS = os.environ.get("SHOP_OLD_SIGN_IN_ENDS", "2099-07-01")
CHECKED = os.environ.get("SHOP_CHECKED") == "1"  # the conformance check may ask; test environments only
