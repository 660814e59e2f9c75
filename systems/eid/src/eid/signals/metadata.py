"""`/.well-known/ssf-configuration` (SSF 7.1)."""

from __future__ import annotations

from typing import Any

from eid.signals.streams import METHODS


def document(issuer: str) -> dict[str, Any]:
    """The transmitter's configuration metadata. A receiver hears of everybody that its sector has met."""
    return {
        "spec_version": "1_0",
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks",
        "delivery_methods_supported": list(METHODS),
        "configuration_endpoint": f"{issuer}/ssf/streams",
        "status_endpoint": f"{issuer}/ssf/status",
        "add_subject_endpoint": f"{issuer}/ssf/subjects/add",
        "remove_subject_endpoint": f"{issuer}/ssf/subjects/remove",
        "verification_endpoint": f"{issuer}/ssf/verify",
        "critical_subject_members": ["user", "session"],
        "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
        "default_subjects": "ALL",
    }
