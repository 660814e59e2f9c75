"""Authentication context class references that this provider knows (OpenID Connect Core 2)."""

from __future__ import annotations

from typing import Final

EID1: Final = "urn:motcua:acr:eid1"
EID2: Final = "urn:motcua:acr:eid2"
SUPPORTED: Final = (EID1, EID2)

# A two-factor sign-in: assurance level 2 of Decree 69/2024 article 20, with RFC 8176 words.
AMR: Final = ("pwd", "otp", "mfa")
# People made up for outside tools, who are let in by password alone, never pass for more.
AMR_SINGLE: Final = ("pwd",)
