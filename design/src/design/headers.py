"""The headers that guard every page: CSP Level 3 with nonces, no framing, no sniffing, no referrer, COOP.

A form that ends in a redirect to a client must name that client's origin in `form-action`, or Chromium drops
the redirect in silence; such a response sets its own policy:

    response.headers["Content-Security-Policy"] = content_security_policy(form_action=redirect_uri)
"""

from __future__ import annotations

from urllib.parse import urlsplit

from design.page_request import current

CSP = "Content-Security-Policy"
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()"
)


class NotAnOrigin(ValueError):
    """The address has no scheme and host that a policy could name."""


def origin_of(address: str) -> str:
    """`https://client.example/cb?x` -> `https://client.example`; refuses anything a policy cannot hold."""
    parts = urlsplit(address)
    unsafe = any(character in parts.netloc for character in " ;,'\"@\\\t\r\n")
    if not parts.scheme.replace("+", "").replace("-", "").replace(".", "").isalnum() or unsafe:
        raise NotAnOrigin("not an address with an origin")
    if parts.scheme in ("http", "https"):
        if not parts.hostname:
            raise NotAnOrigin("not an address with an origin")
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"  # an application's own scheme (RFC 8252 section 7.1)


def content_security_policy(nonce: str | None = None, form_action: str | None = None) -> str:
    """The policy of one response. `form_action` is the one foreign address its forms may end at."""
    token = nonce or current().nonce
    targets = "'self'" if form_action is None else f"'self' {origin_of(form_action)}"
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


def security_headers(nonce: str | None = None, form_action: str | None = None) -> dict[str, str]:
    """All guarding headers of one response (names as HTTP spells them)."""
    return {
        CSP: content_security_policy(nonce, form_action),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
