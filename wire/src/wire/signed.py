"""Messages between systems: signed (RFC 7515, ES256 only, a `typ` by RFC 8725) or sealed to one receiver (JWE)."""

from __future__ import annotations

import json
import time
from typing import Any

from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet


class SignatureRefused(Exception):
    """The message is not what it claims to be; the text says why and holds nothing of its content."""


def sign(payload: dict[str, Any], key: ECKey, typ: str) -> str:
    """A compact JWS over `payload` with `typ` and `kid` in its header."""
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": typ}, payload, key)


def verify(
    token: str,
    jwks: dict[str, Any],
    typ: str,
    *,
    issuer: str,
    audience: str,
    leeway: int = 60,
    expires: bool = True,
) -> dict[str, Any]:
    """The claims of a JWS that `issuer` signed for `audience`.

    `iss`, `aud`, `exp` and `iat` must be there; only ES256 with a key of `jwks` is believed, never one in the header.
    With `expires=False` there must be no `exp`: a record of what happened does not expire (RFC 8417 2.2, SSF 4.1.7).

    Raises:
        SignatureRefused: for every other token.
    """
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(jwks), algorithms=["ES256"])  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError, UnicodeError, RecursionError) as fault:
        raise SignatureRefused(f"bad signature: {type(fault).__name__}") from None
    if str(decoded.header.get("typ", "")).lower() != typ.lower():
        raise SignatureRefused("wrong typ")
    claims: dict[str, Any] = decoded.claims
    if claims.get("iss") != issuer:
        raise SignatureRefused("wrong iss")
    named = claims.get("aud")
    if named != audience and not (isinstance(named, list) and audience in named):
        raise SignatureRefused("wrong aud")
    now = time.time()
    until, issued = claims.get("exp"), claims.get("iat")
    # Compared so that NaN, which is neither more nor less than anything, is refused.
    if expires and (not isinstance(until, int | float) or not until > now - leeway):
        raise SignatureRefused("expired")
    if not expires and until is not None:
        raise SignatureRefused("expires, which this kind never does")
    if not isinstance(issued, int | float) or not issued <= now + leeway:
        raise SignatureRefused("issued in the future")
    return claims


def seal_to(payload: dict[str, Any], receiver: dict[str, Any]) -> str:
    """A compact JWE that only the holder of `receiver`'s private P-256 key can open.

    Args:
        receiver: the receiver's JWK Set; its first EC key is used.
    """
    key = ECKey.import_key(_without_use(next(k for k in receiver["keys"] if k.get("kty") == "EC")))
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": key.kid}
    return jwe.encrypt_compact(header, json.dumps(payload).encode(), key)


def open_sealed(token: str, key: ECKey) -> dict[str, Any]:
    """What `seal_to` sealed to `key`.

    Raises:
        SignatureRefused: sealed to somebody else, or broken.
    """
    try:
        private = ECKey.import_key(_without_use(key.as_dict(private=True)))
        opened = jwe.decrypt_compact(token, private, algorithms=["ECDH-ES+A256KW", "A256GCM"])
        content: dict[str, Any] = json.loads(opened.plaintext or b"")
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise SignatureRefused(f"cannot open: {type(fault).__name__}") from None
    return content


def _without_use(jwk: dict[str, Any]) -> dict[str, Any]:
    # The same P-256 key signs and receives; `use` and `alg` would forbid the second.
    return {name: value for name, value in jwk.items() if name not in ("use", "alg", "key_ops")}
