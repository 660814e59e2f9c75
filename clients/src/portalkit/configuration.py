"""What a portal agrees with the e-ID, in one frozen object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from joserfc.jwk import ECKey

LEVEL_2 = "urn:motcua:acr:eid2"


@dataclass(frozen=True)
class Configuration:
    """Settings of one relying party.

    Attributes:
        issuer: of the e-ID, an origin without a slash at the end.
        client_id, redirect_uri: as registered.
        key: P-256, private; signs client assertions and DPoP proofs.
        cookie_secret: 32 random bytes; seals what a browser carries between two steps.
        register: origin of the population register, for links; empty when the portal links nothing.
        kinds_of_claims: of the verified person that the portal asks for.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    key: ECKey
    cookie_secret: bytes = field(repr=False)
    scope: str = "openid"
    acr: str = LEVEL_2
    register: str = ""
    kinds_of_claims: tuple[str, ...] = ("personal_id", "name", "birthdate")

    def __post_init__(self) -> None:
        if len(self.cookie_secret) != 32:
            raise ValueError("cookie_secret has to be 32 bytes")
        for url in (self.issuer, self.redirect_uri, self.register):
            parts = urlsplit(url)
            local = parts.hostname in {"127.0.0.1", "localhost"} or (parts.hostname or "").endswith(".localhost")
            if url and parts.scheme != "https" and not (parts.scheme == "http" and local):
                raise ValueError(f"{url} is neither https nor on this machine")

    @property
    def origin(self) -> str:
        """The portal's own, from its redirect_uri."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def metadata(self, name: str, *, sector: str, backchannel_logout_uri: str = "") -> dict[str, Any]:
        """What the e-ID's operator registers (`eid clients import`, RFC 7591 2)."""
        return {
            "client_id": self.client_id,
            "client_name": name,
            "organization": {"vi": name, "en": name},
            "system": "province",
            "sector": sector,
            "profile": "fapi2",
            "redirect_uris": [self.redirect_uri],
            "backchannel_logout_uri": backchannel_logout_uri or f"{self.origin}/eid/backchannel-logout",
            "post_logout_redirect_uris": [f"{self.origin}/"],
            "initiate_login_uri": f"{self.origin}/eid/start",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": self.scope + " identity",
            "jwks": {"keys": [self.key.as_dict(private=False)]},
        }
