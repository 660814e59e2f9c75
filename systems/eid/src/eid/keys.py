"""Signing keys on disk and their rotation, the keys that others encrypt to, the key that the register knows us by.

One file holds all signing keys and is replaced whole. There is always a `next` key, published before it signs,
so that a client that caches our JWKS never meets an unknown `kid` after a rotation. A retired key keeps only
its public half.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey

from eid.oidc import algorithms
from eid.tokens import rs256
from eid.tokens.decryption import DecryptionKey
from eid.tokens.jws import PublishedKey, SigningKey, SigningKeyLike, VerificationKey, base64url
from eid.tokens.rs256 import RsaSigningKey, RsaVerificationKey
from wire.assertion import load_or_create_key, write_once
from wire.sealing import Sealer

SIGNING_FILE: Final = "signing-keys.json"
RETIRED_FOR: Final = 30 * 24 * 3600
PUBLISHED_FOR: Final = 600  # twice what the JWKS may be kept for (endpoints/jwks.py)
_LOOK_AGAIN: Final = 1.0
_SEEN_BY_ALL: Final = 3  # whole seconds after which every process has looked again
ALGORITHMS: Final = ("ES256", rs256.ALGORITHM)  # the first is ours, the others are for clients that insist
DECRYPTION: Final = algorithms.TO_US  # have no next: nobody waits for a key to encrypt to
_BEGIN: Final[tuple[Literal["current", "next"], ...]] = ("current", "next")


class _StoredKey(msgspec.Struct):
    kid: str
    state: Literal["next", "current", "retired"]
    since: int
    x: str = ""
    y: str = ""
    d: str | None = None
    alg: str = "ES256"
    jwk: dict[str, str] = {}  # RS256: n and e
    pem: str | None = None  # the private half of RS256, and of the keys that decrypt


def _new(state: Literal["next", "current"], alg: str = "ES256") -> _StoredKey:
    if alg in DECRYPTION:
        return _new_decryption(alg)
    return _new_rsa(state) if alg == rs256.ALGORITHM else _new_ec(state)


def _new_decryption(alg: str) -> _StoredKey:
    is_rsa = alg.startswith("RSA")
    private = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
    jwk = {name: value for name, value in DecryptionKey("", private).jwk.items() if name not in ("kid", "use", "alg")}
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return _StoredKey(_thumbprint(jwk), "current", int(time.time()), alg=alg, pem=pem)


def _new_rsa(state: Literal["next", "current"]) -> _StoredKey:
    private = rsa.generate_private_key(65537, 2048)
    jwk = {name: value for name, value in RsaSigningKey("", private).jwk.items() if name in ("kty", "n", "e")}
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return _StoredKey(_thumbprint(jwk), state, int(time.time()), alg=rs256.ALGORITHM, jwk=jwk, pem=pem)


def _new_ec(state: Literal["next", "current"]) -> _StoredKey:
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = SigningKey("", private).jwk
    kid = _thumbprint({"crv": "P-256", "kty": "EC", "x": jwk["x"], "y": jwk["y"]})
    d = base64url(private.private_numbers().private_value.to_bytes(32, "big")).decode()
    return _StoredKey(kid, state, int(time.time()), jwk["x"], jwk["y"], d)


def _thumbprint(members: dict[str, str]) -> str:
    """RFC 7638 3."""
    return base64url(hashlib.sha256(msgspec.json.encode(members, order="sorted")).digest()).decode()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _load_decryption(stored: _StoredKey) -> DecryptionKey:
    private = load_pem_private_key((stored.pem or "").encode(), None)
    if not isinstance(private, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise RuntimeError("a decryption key is of another kind")
    return DecryptionKey(stored.kid, private)


def _load(stored: _StoredKey) -> PublishedKey:
    if stored.alg == rs256.ALGORITHM:
        if stored.pem is None:
            numbers = rsa.RSAPublicNumbers(_number(stored.jwk["e"]), _number(stored.jwk["n"]))
            return RsaVerificationKey(stored.kid, numbers.public_key())
        private = load_pem_private_key(stored.pem.encode(), None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise RuntimeError("an RS256 signing key is no RSA key")
        return RsaSigningKey(stored.kid, private)
    public = ec.EllipticCurvePublicNumbers(_number(stored.x), _number(stored.y), ec.SECP256R1())
    if stored.d is None:
        return VerificationKey(stored.kid, public.public_key())
    return SigningKey(stored.kid, ec.EllipticCurvePrivateNumbers(_number(stored.d), public).private_key())


def _read(path: Path) -> list[_StoredKey]:
    return msgspec.json.decode(path.read_bytes(), type=list[_StoredKey])


def _replace(path: Path, keys: list[_StoredKey]) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        sink.write(msgspec.json.encode(keys))
        sink.flush()
        os.fsync(sink.fileno())
    draft.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / SIGNING_FILE


def ensure(folder: Path) -> None:
    """Make what is missing in `folder` (mode 0700): signing keys, sealing keys, the register client's key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder) as path:
        stored = _read(path) if path.exists() else []
        missing = [alg for alg in (*ALGORITHMS, *DECRYPTION) if not any(key.alg == alg for key in stored)]
        if missing:
            made = [_new(state, alg) for alg in missing for state in _BEGIN if alg in ALGORITHMS or state == "current"]
            _replace(path, stored + made)
    register_client_key(folder)
    sealer(folder)
    browser_secret(folder)


class NotPublishedLongEnough(Exception):
    """The next key is younger than the copies of the JWKS that clients may still keep."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"clients may keep a list of keys without the next one for {seconds} more seconds")


def rotate(folder: Path, *, at_once: bool = False) -> str:
    """Let the `next` key sign, retire the current one, publish a new `next`. Returns the kid that signs now.

    Raises NotPublishedLongEnough, unless it shall be `at_once` (a key was stolen): then a client that keeps the JWKS
    has to fetch it again for the unknown `kid`, which every process of ours publishes before it signs with it.
    """
    with _locked(folder) as path:
        stored = _read(path)
        now = int(time.time())
        age = now - max(key.since for key in stored if key.state == "next")
        if not at_once and age < PUBLISHED_FOR:
            # guard: eid-next-key-published-before-it-signs
            raise NotPublishedLongEnough(PUBLISHED_FOR - age)
        time.sleep(max(0.0, _SEEN_BY_ALL - age))
        kept = []
        for key in stored:
            if key.state == "current" and key.alg in DECRYPTION:  # still opens what is on its way
                kept.append(msgspec.structs.replace(key, state="retired", since=now))
            elif key.state == "current":
                kept.append(msgspec.structs.replace(key, state="retired", since=now, d=None, pem=None))
            elif key.state == "next":
                kept.append(msgspec.structs.replace(key, state="current", since=now))
            else:
                kept.append(key)
        kept += [_new("next", alg) for alg in ALGORITHMS] + [_new("current", alg) for alg in DECRYPTION]
        _replace(path, kept)
        return next(key.kid for key in kept if key.state == "current")


def listing(folder: Path) -> list[tuple[str, str, str, int]]:
    """Every published key: its kid, its alg, its state (current, next or retired) and since when (Unix seconds)."""
    return [(key.kid, key.alg, key.state, key.since) for key in _read(folder / SIGNING_FILE)]


def forget_retired(folder: Path) -> int:
    """Stop publishing keys retired for more than 30 days. Returns how many."""
    with _locked(folder) as path:
        keys = _read(path)
        oldest = time.time() - RETIRED_FOR
        kept = [key for key in keys if key.state != "retired" or key.since > oldest]
        if len(kept) != len(keys):
            _replace(path, kept)
        return len(keys) - len(kept)


def register_client_key(folder: Path) -> ECKey:
    """The key that signs our assertions at the register and opens what it seals to us."""
    return load_or_create_key(folder / "register-client.json")


def sealer(folder: Path) -> Sealer:
    """Seals personal columns of this system's database."""
    return Sealer.load_or_create(folder / "sealing.json")


def browser_secret(folder: Path) -> bytes:
    """32 random bytes: form tokens, one-time codes and `sid` are keyed with what is derived from it."""
    path = folder / "browser.key"
    if not path.exists():
        write_once(path, secrets.token_bytes(32))
    return path.read_bytes()


class KeyRing:
    """The keys in force. Follows the file, so that a rotation reaches every process within a second."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SIGNING_FILE
        self._looked_at = 0.0
        self._stamp: tuple[int, int] = (0, 0)
        self._current: SigningKey
        self._signing: dict[str, SigningKeyLike] = {}
        self._all: list[PublishedKey] = []
        self._decryption: list[DecryptionKey] = []
        self._jwks = b""
        self._refresh()

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _LOOK_AGAIN and self._all:
            return
        self._looked_at = now
        stat = self._path.stat()
        if (stat.st_mtime_ns, stat.st_ino) == self._stamp:
            return
        order = ("current", "next", "retired")
        both = sorted(_read(self._path), key=lambda key: order.index(key.state))
        stored = sorted((key for key in both if key.alg in ALGORITHMS), key=lambda key: ALGORITHMS.index(key.alg))
        loaded = [_load(key) for key in stored]
        if not isinstance(loaded[0], SigningKey) or stored[0].state != "current":
            raise RuntimeError("no current signing key: run `eid keys ensure`")
        self._current, self._all = loaded[0], loaded
        current = [key for key, kept in zip(loaded, stored, strict=True) if kept.state == "current"]
        self._signing = {key.alg: key for key in current if isinstance(key, (SigningKey, RsaSigningKey))}
        others = [key for key in both if key.alg in DECRYPTION]
        self._decryption = [_load_decryption(key) for key in others]
        offered = [key.jwk for key, kept in zip(self._decryption, others, strict=True) if kept.state == "current"]
        self._jwks = msgspec.json.encode({"keys": [key.jwk for key in loaded] + offered})
        self._stamp = (stat.st_mtime_ns, stat.st_ino)

    @property
    def current(self) -> SigningKey:
        """The key that signs now."""
        self._refresh()
        return self._current

    def signing(self, alg: str) -> SigningKeyLike:
        """The key that signs now by this algorithm (of ALGORITHMS)."""
        self._refresh()
        return self._signing[alg]

    @property
    def all(self) -> list[PublishedKey]:
        """Every key whose tokens we still read, the current one first."""
        self._refresh()
        return self._all

    @property
    def decryption(self) -> list[DecryptionKey]:
        """The keys that open what clients encrypt, those in force first."""
        self._refresh()
        return self._decryption

    @property
    def jwks(self) -> bytes:
        """The JWK Set document (RFC 7517 5): current, next and retired signing keys, and the keys to encrypt to."""
        self._refresh()
        return self._jwks
