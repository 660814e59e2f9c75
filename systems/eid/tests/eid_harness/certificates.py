"""Client certificates, and the header in which a TLS proxy passes one on (RFC 9440)."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from joserfc.jwk import ECKey


@dataclass
class Certificate:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def private_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def header(self) -> dict[str, str]:
        """As RFC 9440 writes it."""
        return {"client-cert": f":{base64.b64encode(self.der).decode()}:"}

    @property
    def escaped(self) -> str:
        """As nginx writes $ssl_client_escaped_cert."""
        return quote(self.pem.decode(), safe="")

    def jwk(self, kid: str = "tls") -> dict[str, str]:
        public = ECKey.import_key(self.key.public_key())
        return {**{k: str(v) for k, v in public.as_dict(private=False).items()}, "kid": kid}


def make(
    name: str,
    *,
    by: Certificate | None = None,
    ca: bool = False,
    days: int = 30,
    age: int = 1,
    server_only: bool = False,
) -> Certificate:
    """Self-signed, or issued `by` an authority; valid from `age` days ago for `days` days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name.from_rfc4514_string(name)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=age))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        use = ExtendedKeyUsageOID.SERVER_AUTH if server_only else ExtendedKeyUsageOID.CLIENT_AUTH
        names = [
            x509.DNSName("portal.example"),
            x509.UniformResourceIdentifier("urn:portal"),
            x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
            x509.RFC822Name("portal@example.vn"),
        ]
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Certificate(builder.sign(by.key if by else key, hashes.SHA256()), key)
