"""What a client's profile demands: data, read by the checks. More profiles come as more rows."""

from __future__ import annotations

from typing import Final

import msgspec


class Profile(msgspec.Struct, frozen=True):
    """Demands of one profile. `assertion_algorithms` are JWS names that a client assertion may use."""

    require_par: bool
    require_pkce: bool
    assertion_algorithms: tuple[str, ...]


PROFILES: Final = {
    "fapi2": Profile(require_par=True, require_pkce=True, assertion_algorithms=("ES256",)),
}
