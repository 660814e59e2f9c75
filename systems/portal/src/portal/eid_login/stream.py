"""This portal's stream of security events at the provider (SSF 1.0 8.1): made or brought up to date by an operator."""

from __future__ import annotations

from typing import Any

import httpx

from portal.config import CONFIG
from portal.eid_login.provider import ProviderUnavailable, provider
from portal.sealing import blind
from wire import loopback

EVENTS_PATH = "/vneid/su-kien"
PUSH = "urn:ietf:rfc:8935"


class StreamRefused(Exception):
    """The provider does not give us the stream; the text is its own."""


def push_authorization() -> str:
    """What the provider says with each push: a secret of this portal, beside the signature and nowhere stored."""
    return "Bearer " + blind(EVENTS_PATH, "eid_login.push_authorization").hex()


def subscribe(events: tuple[str, ...]) -> list[str]:
    """Have these events pushed to us; returns what will be. Raises StreamRefused, ProviderUnavailable."""
    endpoint = _metadata()["configuration_endpoint"]
    delivery = {
        "method": PUSH,
        "endpoint_url": CONFIG.origin + EVENTS_PATH,
        "authorization_header": push_authorization(),
    }
    wanted: dict[str, Any] = {"delivery": delivery, "events_requested": list(events), "description": CONFIG.origin}
    there = _call("GET", endpoint)
    if there:
        said = _call("PUT", endpoint, wanted | {"stream_id": there[0]["stream_id"]})
    else:
        said = _call("POST", endpoint, wanted)
    return list(said["events_delivered"])


def _metadata() -> dict[str, Any]:
    try:
        with loopback.client() as http:
            said = _read(http.get(f"{provider().issuer}/.well-known/ssf-configuration"))
    except httpx.HTTPError as fault:
        raise ProviderUnavailable(type(fault).__name__) from None
    # guard: event-metadata-of-another-issuer
    if said.get("issuer") != provider().issuer or "configuration_endpoint" not in said:
        raise ProviderUnavailable("ssf metadata")
    return dict(said)


def _call(method: str, address: str, document: dict[str, Any] | None = None) -> Any:
    return _read(provider().call_for_itself(method, address, document, "ssf.manage"))


def _read(answer: httpx.Response) -> Any:
    try:
        said = answer.json()
    except ValueError:
        raise ProviderUnavailable("not JSON") from None
    if 400 <= answer.status_code < 500 and isinstance(said, dict):
        raise StreamRefused(f"{said.get('error')}: {said.get('error_description', '')}")
    if answer.status_code >= 300:
        raise ProviderUnavailable(f"status {answer.status_code}")
    return said
