"""JOSE algorithm names and who may use them (RFC 7518, RFC 8037, FAPI 2.0 Security Profile 5.4).

`none` and every symmetric signature (HS*) stand in no list: nothing here takes a shared secret as a signing key.
"""

from __future__ import annotations

from typing import Final

STRONG: Final = ("ES256", "PS256", "EdDSA", "Ed25519")  # FAPI 2.0 SP 5.4.1; the last is RFC 9864's name of EdDSA
CLASSIC: Final = ("RS256", *STRONG)  # OpenID Connect Core 15.1: RS256 is what everybody can

# Signatures that this provider makes.
OURS: Final = ("ES256", "RS256")

# Encryption to a client's own key (RFC 7518 4.1 and 5.1). RSA1_5 and compression ("zip") are never used.
KEY_MANAGEMENT: Final = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "RSA-OAEP", "RSA-OAEP-256")
CONTENT_ENCRYPTION: Final = ("A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM")
# Encryption to us: request objects. Each is the algorithm of one published key.
TO_US: Final = ("ECDH-ES", "RSA-OAEP-256")
DEFAULT_CONTENT_ENCRYPTION: Final = "A128CBC-HS256"  # RFC 7591 and Registration 1.0 2
