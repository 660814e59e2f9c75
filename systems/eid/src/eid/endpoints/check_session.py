"""GET /check-session: the frame that tells a client whether its session_state still holds (Session Management 1.0 3.3).

A client's own frame posts "client_id session_state"; the answer is unchanged, changed or error, to the origin that
asked. The page is the same for everybody, may be framed by any client, loads nothing and does nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from eid.browser.visits import BROWSER_STATE
from eid.endpoints.http import NO_SNIFF, Answer, Scope

# No cookie means signed out, unless the browser keeps this frame from our cookies: then nobody can tell, and
# "changed" would send the client to /authorize every few seconds (section 5.1).
_SCRIPT: Final = """
"use strict";
function browserState() {
  const named = document.cookie.split("; ").find((each) => each.startsWith("NAME="));
  return named === undefined ? "" : named.slice("NAME=".length);
}
async function keptFromCookies() {
  return document.hasStorageAccess !== undefined && !(await document.hasStorageAccess());
}
async function judge(message, origin) {
  const asked = /^([\\x20-\\x7e]{1,200}) ([0-9a-f]{64})\\.([A-Za-z0-9_-]{16})$/.exec(message);
  if (asked === null) return "error";
  const [, clientId, hash, salt] = asked;
  const state = browserState();
  if (state === "" && (await keptFromCookies())) return "error";
  const known = new TextEncoder().encode(`${clientId} ${origin} ${state} ${salt}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", known));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return found === hash ? "unchanged" : "changed";
}
addEventListener("message", async (event) => {
  if (event.source === null || event.source === window || event.origin === "null") return;
  event.source.postMessage(await judge(String(event.data), event.origin), event.origin);
});
""".replace("NAME", BROWSER_STATE)
_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_PAGE: Final = (
    f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Session</title><script>{_SCRIPT}</script></html>'
)
_POLICY: Final = f"default-src 'none'; script-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
_ANSWER: Final = Answer(
    200,
    _PAGE.encode(),
    (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", _POLICY.encode()),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"public, max-age=300"),
        NO_SNIFF,
    ),
)


async def check_session(scope: Scope, body: bytes) -> Answer:
    """The frame."""
    return _ANSWER
