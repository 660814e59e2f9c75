"""What a proxy in front of us may say: whom it speaks for, and which certificate that caller showed it.

Believed only from configured addresses; from everybody else these headers are removed before anything reads them
(RFC 9440 2.4 and 4.1). The address is the direct peer's: nothing said in a header makes a caller a proxy.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import unquote_to_bytes

from cryptography import x509

from eid.clients.certificate import ClientCertificate
from eid.endpoints.http import Scope
from eid.oidc.errors import InvalidRequest

Format = Literal["rfc9440", "escaped-pem"]
FORMATS: Final[tuple[Format, ...]] = ("rfc9440", "escaped-pem")
MAX_LENGTH: Final = 16 * 1024
_FORWARDED: Final = frozenset((b"x-forwarded-for", b"x-forwarded-proto", b"forwarded"))
_KEY: Final = "eid.client_certificate"


def read_networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Addresses and networks out of a comma separated list. Raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


class TrustedProxies:
    """The guard at the door: every request passes `admit` first."""

    def __init__(self, networks: str, certificate_header: str, certificate_format: Format) -> None:
        self._networks = read_networks(networks)
        self._header = certificate_header.lower().encode("latin-1")
        self._format: Format = certificate_format
        self._removed = _FORWARDED | ({self._header} if self._header else frozenset())
        self._is_trusted = lru_cache(maxsize=4096)(self._judge)

    def admit(self, scope: Scope) -> None:
        """Take what a trusted proxy says into `scope`; take the same words away from anybody else."""
        peer = scope.get("client")
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        said = [(name, value) for name, value in headers if name in self._removed]
        if not said:
            return
        scope["headers"] = [pair for pair in headers if pair[0] not in self._removed]
        # guard: eid-proxy-is-trusted
        if peer is None or not self._is_trusted(peer[0]):
            return
        forwarded = b",".join(value for name, value in said if name == b"x-forwarded-for").decode("latin-1")
        scope["client"] = (self._first_stranger(forwarded) or peer[0], peer[1])
        if any(name == b"x-forwarded-proto" and value == b"https" for name, value in said):
            scope["scheme"] = "https"
        certificates = [value for name, value in said if name == self._header]
        if certificates:
            scope[_KEY] = (certificates, self._format)

    def _judge(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)

    def _first_stranger(self, forwarded: str) -> str | None:
        """The nearest address that is not one of our proxies: what stands left of it, anybody could have written."""
        for part in reversed(forwarded.split(",")):
            address = part.strip()
            if address and not self._is_trusted(address):
                return address[:64]
        return None


def certificate_of(scope: Scope) -> ClientCertificate | None:
    """The certificate that the caller proved to a trusted proxy. Raises InvalidRequest when it cannot be read."""
    told = scope.get(_KEY)
    if told is None:
        return None
    values, written = told
    if len(values) != 1 or len(values[0]) > MAX_LENGTH:
        raise InvalidRequest("the client certificate cannot be read")
    return None if not values[0].strip() else _certificate(values[0], written)


@lru_cache(maxsize=2048)
def _certificate(value: bytes, written: Format) -> ClientCertificate:
    try:
        if written == "rfc9440":  # a byte sequence of RFC 8941 3.3.5: base64 between colons
            text = value.strip()
            if len(text) < 3 or text[:1] != b":" or text[-1:] != b":":
                raise ValueError
            return ClientCertificate(x509.load_der_x509_certificate(base64.b64decode(text[1:-1], validate=True)))
        return ClientCertificate(x509.load_pem_x509_certificate(unquote_to_bytes(value)))
    except (ValueError, binascii.Error):
        raise InvalidRequest("the client certificate cannot be read") from None
