"""Notices into the inbox of a person's e-ID (`docs/interfaces.md` 2): of few kinds, in the provider's own words."""

from __future__ import annotations

from collections.abc import Mapping

from portal.eid_login.provider import ProviderRefused, ProviderUnavailable, provider

SCOPE = "notices.send"


def send(notice_id: str, kind: str, whom: Mapping[str, str]) -> None:
    """Tell once, however often it is sent. `whom` is {"sub"} as this portal knows it, or {"personal_id"}.

    Raises ProviderUnavailable, worth another try; ProviderRefused, which is not.
    """
    document = {"id": notice_id, "kind": kind, **whom}
    answer = provider().call_for_itself("POST", f"{provider().issuer}/notices", document, SCOPE)
    if answer.status_code in (400, 403, 404):
        raise ProviderRefused(f"notice: status {answer.status_code}")
    if answer.status_code != 202:
        raise ProviderUnavailable(f"notice: status {answer.status_code}")
