"""Client certificates: whose they are (RFC 8705 2). That the caller holds the key was proven in the TLS handshake
with the proxy; who vouches for the certificate is judged here, not there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from eid.clients.client import Client
from eid.oidc import foreign_jws
from eid.oidc.errors import InvalidClient


class ClientCertificate:
    """A certificate as the caller showed it; nothing but possession of its key is proven."""

    def __init__(self, certificate: x509.Certificate) -> None:
        self.x509 = certificate
        self.der = certificate.public_bytes(Encoding.DER)
        digest = hashlib.sha256(self.der).digest()
        self.thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()  # x5t#S256, RFC 8705 3.1

    def is_of_time(self, now: datetime) -> bool:
        """Between its two dates. `now` is aware."""
        return self.x509.not_valid_before_utc <= now <= self.x509.not_valid_after_utc


def read_authorities(file: Path | None) -> Sequence[x509.Certificate]:
    """The certificates of a PEM file; none without one. Raises ValueError."""
    return () if file is None else tuple(x509.load_pem_x509_certificates(file.read_bytes()))


def prove_by_authority(
    shown: ClientCertificate, client: Client, authorities: Sequence[x509.Certificate], now: datetime
) -> None:
    """tls_client_auth (RFC 8705 2.1): issued by an authority of ours to the registered name. Raises InvalidClient."""
    # guard: eid-certificate-authority
    if not any(_is_issued_by(shown, authority, now) for authority in authorities):
        raise InvalidClient("the certificate is not acceptable")
    # guard: eid-certificate-subject
    if not shown.is_of_time(now) or not _names(shown.x509, client):
        raise InvalidClient("the certificate is not acceptable")


def prove_self_signed(shown: ClientCertificate, keys: Sequence[dict[str, Any]], now: datetime) -> None:
    """self_signed_tls_client_auth (RFC 8705 2.2): its key, or itself (x5c), is registered. Raises InvalidClient."""
    # guard: eid-certificate-self-signed-is-registered
    if not shown.is_of_time(now) or not any(_is_registered(shown, jwk) for jwk in keys):
        raise InvalidClient("the certificate is not acceptable")


def _is_issued_by(shown: ClientCertificate, authority: x509.Certificate, now: datetime) -> bool:
    if not authority.not_valid_before_utc <= now <= authority.not_valid_after_utc:
        return False
    return _issued(shown.der, authority.public_bytes(Encoding.DER))


@lru_cache(maxsize=4096)
def _issued(der: bytes, authority_der: bytes) -> bool:
    certificate, authority = x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(authority_der)
    try:
        if not authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(authority)
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.ExtendedKeyUsage.oid
    except (ValueError, TypeError, InvalidSignature):
        return False
    return ExtendedKeyUsageOID.CLIENT_AUTH in uses


def _names(certificate: x509.Certificate, client: Client) -> bool:
    """RFC 8705 2.1.2: the one registered subject, compared as a name, not as text."""
    if client.tls_client_auth_subject_dn is not None:
        return certificate.subject == _name(client.tls_client_auth_subject_dn)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if client.tls_client_auth_san_dns is not None:
        wanted = client.tls_client_auth_san_dns.lower()
        return wanted in (name.lower() for name in names.get_values_for_type(x509.DNSName))
    if client.tls_client_auth_san_uri is not None:
        return client.tls_client_auth_san_uri in names.get_values_for_type(x509.UniformResourceIdentifier)
    if client.tls_client_auth_san_email is not None:
        return client.tls_client_auth_san_email in names.get_values_for_type(x509.RFC822Name)
    if client.tls_client_auth_san_ip is not None:
        return ipaddress.ip_address(client.tls_client_auth_san_ip) in names.get_values_for_type(x509.IPAddress)
    return False


@lru_cache(maxsize=1024)
def _name(text: str) -> x509.Name | None:
    try:
        return x509.Name.from_rfc4514_string(text)
    except ValueError:
        return None


def _is_registered(shown: ClientCertificate, jwk: dict[str, Any]) -> bool:
    chain = jwk.get("x5c")
    if isinstance(chain, list) and chain and isinstance(chain[0], str):
        return hmac.compare_digest(base64.b64encode(shown.der), chain[0].encode())
    try:
        key = foreign_jws.public_key(jwk)
    except foreign_jws.Malformed:
        return False
    mine = shown.x509.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hmac.compare_digest(mine, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
