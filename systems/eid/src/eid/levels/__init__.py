"""Which acr an e-ID account of a level can reach, and which one an answer states.

Owns the order of levels. Does not own how a level is reached (the commune police does that, Decree 69/2024
article 10) nor the acr words (oidc). Serves OpenID Connect Core 5.5.1.1.
"""

from __future__ import annotations

from eid.oidc import acr

_LEVEL_OF = {acr.EID1: 1, acr.EID2: 2}


def acr_of(level: int) -> str:
    """The acr that states exactly this level (1 or 2)."""
    return acr.EID2 if level == 2 else acr.EID1


def reaches(level: int, wanted: str) -> bool:
    """Whether an account of this level satisfies `wanted`; an acr that we do not know is never satisfied."""
    needed = _LEVEL_OF.get(wanted)
    return needed is not None and level >= needed


def choose(level: int, wanted: tuple[str, ...]) -> str | None:
    """The first wanted acr in reach (the client's order is its preference); our own when none was wanted.

    None when acr values were wanted and none is in reach: for an essential request that is a refusal, for a
    voluntary one the caller states `acr_of(level)` (Core 5.5.1.1).
    """
    if not wanted:
        return acr_of(level)
    return next((value for value in wanted if reaches(level, value)), None)
