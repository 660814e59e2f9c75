"""Passwords of portals that came before: fourteen kinds of hash, checked for proof of control at the claim desk alone.

The kinds have the names that `linkage` gives them (docs/interfaces.md 4). Nobody signs in with such a hash, a password
that fits makes no new one, and what a file may ask of the processor has bounds. crypt(3) is the system's own.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable
from functools import cache

from django.contrib.auth.hashers import PBKDF2PasswordHasher, ScryptPasswordHasher

from wire.argon2_build import InvalidHashError, PasswordHasher, VerificationError, extract_parameters

ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MOST_ITERATIONS, MOST_CRYPT_ROUNDS, MOST_LOG2, MOST_BCRYPT = 2_000_000, 500_000, 20, 14
MOST_MEMORY_KIB, MOST_PASSES, MOST_SCRYPT = 262_144, 10, 2**21
CRYPT_DATA = 32_768  # sizeof(struct crypt_data) of libxcrypt
ASPNET_PRF = ("sha1", "sha256", "sha512")


class NotCheckable(Exception):
    """No kind that is known, a hash that cannot be read, one that costs too much, or no crypt(3) on this machine."""


def kept(kind: str, hashed: str, salt: str = "") -> str:
    """The text as an account keeps it, sealed. Raises NotCheckable for a kind that nothing here can check."""
    if kind not in CHECKS or not hashed:
        raise NotCheckable(kind)
    return json.dumps({"kind": kind, "hash": hashed[:1000], "salt": salt[:200]})


def matches(password: str, text: str) -> bool:
    """Does the password fit what `kept` made? Both spellings of its accents are tried. Raises NotCheckable."""
    if "\0" in password:  # ends a C string early, and pads a key of HMAC without changing it
        return False
    said = json.loads(text)
    check = CHECKS.get(said["kind"])
    if check is None:
        raise NotCheckable(said["kind"])
    spellings = [unicodedata.normalize(form, password).encode() for form in ("NFC", "NFD")]
    try:
        fits = [check(said["hash"], said["salt"], each) for each in spellings]
    except (ValueError, IndexError, KeyError, InvalidHashError) as fault:
        raise NotCheckable(said["kind"]) from fault
    # guard: legacy-password-must-fit
    return any(fits)


def _bounded(cost: int, most: int) -> None:
    # guard: legacy-hash-cost-is-bounded
    if cost > most:
        raise NotCheckable("costs too much")


def _same(computed: str | bytes, stored: str | bytes) -> bool:
    as_bytes = [each.encode() if isinstance(each, str) else each for each in (computed, stored)]
    return hmac.compare_digest(*as_bytes)


@cache
def _libcrypt() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libcrypt.so.1")
        library.crypt_rn.restype = ctypes.c_char_p
    except (OSError, AttributeError) as fault:
        raise NotCheckable("crypt(3) is not here") from fault
    return library


def _crypt(stored: str, password: bytes, *prefixes: str) -> bool:
    """crypt(3): the stored hash is its own setting."""
    if not stored.startswith(prefixes):
        raise ValueError("a hash of another kind, whose cost nobody has bounded")
    data = ctypes.create_string_buffer(CRYPT_DATA)
    found = _libcrypt().crypt_rn(password, stored.encode(), data, CRYPT_DATA)
    if found is None:
        raise NotCheckable("crypt(3) does not know this")
    return _same(found, stored)


def _bcrypt(stored: str, _salt: str, password: bytes) -> bool:
    plain = stored.removeprefix("bcrypt$").removeprefix("{bcrypt}")
    _bounded(int(plain[4:6]), MOST_BCRYPT)
    return _crypt(plain, password[:72], "$2a$", "$2b$", "$2x$", "$2y$")


def _sha_crypt(stored: str, _salt: str, password: bytes) -> bool:
    _, _, rounds, *_ = stored.split("$")
    _bounded(int(rounds.removeprefix("rounds=")) if rounds.startswith("rounds=") else 5000, MOST_CRYPT_ROUNDS)
    return _crypt(stored, password, "$5$", "$6$")


def _argon2(stored: str, _salt: str, password: bytes) -> bool:
    plain = stored.removeprefix("argon2$")
    plain = plain if plain.startswith("$") else f"${plain}"
    asks = extract_parameters(plain)
    _bounded(asks.memory_cost, MOST_MEMORY_KIB)
    _bounded(asks.time_cost, MOST_PASSES)
    try:
        return PasswordHasher().verify(plain, password)
    except InvalidHashError:
        raise
    except VerificationError:
        return False


def _django_pbkdf2(stored: str, _salt: str, password: bytes) -> bool:
    _bounded(int(stored.split("$")[1]), MOST_ITERATIONS)
    return bool(PBKDF2PasswordHasher().verify(password.decode(), stored))


def _django_scrypt(stored: str, _salt: str, password: bytes) -> bool:
    _, work, _, block, parallel, _ = stored.split("$")
    _bounded(int(work) * int(block) * int(parallel), MOST_SCRYPT)
    return bool(ScryptPasswordHasher().verify(password.decode(), stored))


def _portable(digest: str, length: int) -> Callable[[str, str, bytes], bool]:
    """phpass and Drupal 7: one digest, 2^n times over itself and the password."""

    def check(stored: str, _salt: str, password: bytes) -> bool:
        log2 = ITOA64.index(stored[3])
        _bounded(log2, MOST_LOG2)
        found = hashlib.new(digest, stored[4:12].encode() + password).digest()
        for _ in range(1 << log2):
            found = hashlib.new(digest, found + password).digest()
        return _same((stored[:12] + _encode64(found))[:length], stored)

    return check


def _encode64(data: bytes) -> str:
    """Three bytes, the lowest first, as four characters of phpass's alphabet."""
    out = ""
    for at in range(0, len(data), 3):
        part = data[at : at + 3]
        value = int.from_bytes(part, "little")
        out += "".join(ITOA64[value >> 6 * n & 63] for n in range(len(part) + 1))
    return out


def _hex(digest: str) -> Callable[[str, str, bytes], bool]:
    """A plain digest; with a salt before or after the password, as portals did both."""

    def check(stored: str, salt: str, password: bytes) -> bool:
        ways = {salt.encode() + password, password + salt.encode()}
        fits = [_same(hashlib.new(digest, way).hexdigest(), stored.lower()) for way in sorted(ways)]
        return any(fits)

    return check


def _ssha(stored: str, _salt: str, password: bytes) -> bool:
    blob = base64.b64decode(stored.removeprefix("{SSHA}"), validate=True)
    return _same(hashlib.sha1(password + blob[20:]).digest(), blob[:20])  # noqa: S324


def _mysql41(stored: str, _salt: str, password: bytes) -> bool:
    inner = hashlib.sha1(password).digest()  # noqa: S324
    return _same("*" + hashlib.sha1(inner).hexdigest().upper(), stored)  # noqa: S324


def _aspnet(stored: str, _salt: str, password: bytes) -> bool:
    """ASP.NET Identity: version 2 (PBKDF2, SHA-1, 1000) and version 3 (what it says in its head)."""
    blob = base64.b64decode(stored, validate=True)
    digest, iterations, salt, key = "sha1", 1000, blob[1:17], blob[17:]
    if blob[0] == 1:
        prf, iterations, length = (int.from_bytes(blob[n : n + 4], "big") for n in (1, 5, 9))
        digest, salt, key = ASPNET_PRF[prf], blob[13 : 13 + length], blob[13 + length :]
    _bounded(iterations, MOST_ITERATIONS)
    if len(key) < 16:
        raise ValueError("no key")
    return _same(hashlib.pbkdf2_hmac(digest, password, salt, iterations, len(key)), key)


CHECKS: dict[str, Callable[[str, str, bytes], bool]] = {
    "bcrypt": _bcrypt,
    "argon2": _argon2,
    "django-scrypt": _django_scrypt,
    "django-pbkdf2-sha256": _django_pbkdf2,
    "phpass": _portable("md5", 34),
    "drupal7": _portable("sha512", 55),
    "md5-crypt": lambda stored, _salt, password: _crypt(stored, password, "$1$"),
    "sha256-crypt": _sha_crypt,
    "sha512-crypt": _sha_crypt,
    "ldap-ssha": _ssha,
    "mysql41": _mysql41,
    "sha256-hex": _hex("sha256"),
    "md5-hex": _hex("md5"),
    "aspnet-identity": _aspnet,
}
