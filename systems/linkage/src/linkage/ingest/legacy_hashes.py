"""Fourteen kinds of password hash that old portals kept: told apart by their form, never tried here.

A hash is kept as it was, in a file of its own, for one later use: proof of control at the claim desk, where the owner
types the old password and tries are bounded (architecture section 4). `linkage` itself never checks a password.
"""

from __future__ import annotations

import base64
import binascii
import re

_FORMS: tuple[tuple[str, str], ...] = (
    ("bcrypt", r"(?:bcrypt\$|\{bcrypt\})?\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"),
    ("argon2", r"(?:argon2)?\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+"),
    ("django-scrypt", r"scrypt\$\d+\$[^$]+\$\d+\$\d+\$[A-Za-z0-9+/=]+"),
    ("django-pbkdf2-sha256", r"pbkdf2_sha256\$\d+\$[^$]+\$[A-Za-z0-9+/=]+"),
    ("phpass", r"\$[PH]\$[./A-Za-z0-9]{31}"),
    ("drupal7", r"\$S\$[./A-Za-z0-9]{52}"),
    ("md5-crypt", r"\$1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"),
    ("sha256-crypt", r"\$5\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}"),
    ("sha512-crypt", r"\$6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}"),
    ("ldap-ssha", r"\{SSHA\}[A-Za-z0-9+/=]{32,}"),
    ("mysql41", r"\*[0-9A-F]{40}"),
    ("sha256-hex", r"[0-9a-fA-F]{64}"),
    ("md5-hex", r"[0-9a-fA-F]{32}"),
)
_ASPNET = "aspnet-identity"
KINDS: tuple[str, ...] = (*(name for name, _ in _FORMS), _ASPNET)
UNKNOWN = "unknown"
_COMPILED = [(name, re.compile(form)) for name, form in _FORMS]


def recognise(kept: str) -> str:
    """One of `KINDS`, or ``unknown``: then it is kept all the same, and the desk asks for other evidence."""
    for name, form in _COMPILED:
        if form.fullmatch(kept):
            return name
    # ASP.NET Identity: base64 of a version byte (0: v2, 49 bytes; 1: v3, 61 and more), salt and key.
    try:
        blob = base64.b64decode(kept, validate=True)
    except (binascii.Error, ValueError):
        return UNKNOWN
    if (len(blob) == 49 and blob[0] == 0) or (len(blob) >= 61 and blob[0] == 1):
        return _ASPNET
    return UNKNOWN
