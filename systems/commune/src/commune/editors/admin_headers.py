"""The guarding headers of the editor: Wagtail needs styles of its own and frames its previews in itself.

Wagtail starts its date pickers, choosers and lists by inline scripts. Those, and only those, are allowed by their hash
(CSP Level 3 section 2.3.1): a call of a known name with plain JSON, which can run nothing else.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

ADMIN_PREFIX = "/quan-tri/"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'%s",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    ]
)
_CHOOSER = (
    rb"(?:init(?:Date|Time|DateTime)Chooser|new (?:Snippet|Document)Chooser)"
    rb"\(\"[\w-]+\", \{[\w\s\":,./?=&{}\[\]-]*\}\);"
)
# Django writes the text inside JSON.parse without quotes and angle brackets (escapejs), so it cannot end early.
_LIST = rb"\s+\(function\(\) \{\s+var panel = new InlinePanel\(JSON\.parse\(\"[^\"<>'`]*\"\)\);\s+\}\)\(\);\s+"
_KNOWN_SCRIPT = re.compile(rb"<script>(" + _CHOOSER + rb"|" + _LIST + rb")</script>")


def admin_policy(body: bytes) -> str:
    """The policy of one page of the editor: its known inline scripts by hash, nothing else inline."""
    hashes = (b64encode(sha256(script).digest()).decode() for script in _KNOWN_SCRIPT.findall(body))
    # guard: editor-runs-known-scripts-only
    return POLICY % "".join(f" 'sha256-{found}'" for found in dict.fromkeys(hashes))


class AdminHeaders:
    """Middleware: the editor's own policy on its own pages, so the public one can stay strict."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIX):
            body = b"" if response.streaming else response.content
            response.headers["Content-Security-Policy"] = admin_policy(body)
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers.setdefault("Cache-Control", "no-store")
        return response
