"""The headers that guard every page: CSP Level 3 with nonces, no framing, no sniffing, no referrer, COOP.

A form whose answer redirects to another origin must name that origin in `form-action`, or Chromium drops the
redirect in silence. A response for one client sets its own policy; what all pages of a system need (a portal's
sign-out that ends at the e-ID) is given to the middleware.

    response.headers["Content-Security-Policy"] = content_security_policy(form_action=redirect_uri)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from design.page_request import current

CSP = "Content-Security-Policy"
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()"
)


SAME_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class NotAnOrigin(ValueError):
    """The address has no scheme and host that a policy could name."""


def origin_of(address: str) -> str:
    """`https://client.example/cb?x` -> `https://client.example`; refuses anything a policy cannot hold."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and re.fullmatch(
        r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", parts.netloc
    ):
        return f"{parts.scheme}://{parts.netloc}"
    if re.fullmatch(r"[a-z][a-z0-9+\-]*\.[a-z0-9+.\-]+", parts.scheme):
        return f"{parts.scheme}:"  # an application's own scheme, a domain name turned round (RFC 8252 section 7.1)
    raise NotAnOrigin("not an address with an origin")


def content_security_policy(nonce: str | None = None, form_action: str | Iterable[str] = ()) -> str:
    """The policy of one response. `form_action`: the foreign addresses at which its forms may end."""
    token = nonce or current().nonce
    addresses = [form_action] if isinstance(form_action, str) else form_action
    targets = " ".join(["'self'", *dict.fromkeys(map(origin_of, addresses))])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{token}'",
            f"style-src 'self' 'nonce-{token}'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "media-src 'self'",
            f"form-action {targets}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def security_headers(nonce: str | None = None, form_action: str | Iterable[str] = ()) -> dict[str, str]:
    """All guarding headers of one response (names as HTTP spells them)."""
    return {CSP: content_security_policy(nonce, form_action)} | SAME_FOR_ALL
