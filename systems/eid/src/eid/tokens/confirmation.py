"""Sender constraint: the key that a token is bound to (RFC 7800 3.1, RFC 8705 3.1, RFC 9449 6.1)."""

from __future__ import annotations

import hmac

import msgspec


class Confirmation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The `cnf` claim: a DPoP key's thumbprint, or a certificate's. Exactly one is set."""

    jkt: str | None = None
    x5t_s256: str | None = msgspec.field(default=None, name="x5t#S256")

    @property
    def token_type(self) -> str:
        """How the token is presented (RFC 9449 7.1); a certificate-bound one stays a bearer token by name."""
        return "DPoP" if self.jkt is not None else "Bearer"

    def is_met_by(self, proven: Confirmation | None) -> bool:
        """Whether what a caller proved is what the token asks for. Compared in constant time."""
        if proven is None:
            return False
        # guard: eid-token-bound-to-its-key
        if self.jkt is not None:
            return proven.jkt is not None and hmac.compare_digest(self.jkt, proven.jkt)
        if self.x5t_s256 is None or proven.x5t_s256 is None:
            return False
        return hmac.compare_digest(self.x5t_s256, proven.x5t_s256)
