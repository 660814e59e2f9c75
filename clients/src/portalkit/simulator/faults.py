"""Bad providers: each fault is one lie, and what a good portal does about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Fault:
    """One lie. `where`: authorize (the redirect), id_token, token or userinfo; `breaks`: what a person may read."""

    name: str
    where: str
    breaks: str
    source: str


FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault("state-other", "authorize", "the answer's state is not the one that was sent", "RFC 6749 10.12"),
        Fault("state-missing", "authorize", "the answer has no state", "RFC 6749 10.12"),
        Fault("issuer-other", "authorize", "the answer names another provider (mix-up)", "RFC 9207 2.4"),
        Fault("issuer-missing", "authorize", "the answer names no provider", "RFC 9207 2.4"),
        Fault("nonce-other", "id_token", "the ID token has another nonce", "Core 3.1.3.7 (11)"),
        Fault("nonce-missing", "id_token", "the ID token has no nonce", "Core 3.1.3.7 (11)"),
        Fault("audience-other", "id_token", "the ID token is for another client", "Core 3.1.3.7 (3)"),
        Fault("issuer-in-token-other", "id_token", "the ID token is by another issuer", "Core 3.1.3.7 (2)"),
        Fault("expired", "id_token", "the ID token has expired", "Core 3.1.3.7 (9)"),
        Fault("algorithm-none", "id_token", "the ID token is not signed", "RFC 8725 3.1"),
        Fault(
            "signature-other",
            "id_token",
            "the ID token is signed by a key that is not the provider's",
            "Core 3.1.3.7 (6)",
        ),
        Fault("key-in-header", "id_token", "the ID token brings its own key along", "RFC 8725 3.10"),
        Fault("hash-other", "id_token", "at_hash belongs to another access token", "Core 3.1.3.8"),
        Fault("level-low", "id_token", "the person has a lower level than was asked for", "Core 5.5.1.1"),
        Fault("subject-other", "userinfo", "userinfo is about another person", "Core 5.3.2"),
        Fault("token-unbound", "token", "the access token is not bound to the portal's key", "RFC 9449 5"),
    )
}
