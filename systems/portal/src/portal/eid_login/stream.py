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
    said: dict[str, Any] = _send("GET", f"{provider().issuer}/.well-known/ssf-configuration", {}, None)
    # guard: event-metadata-of-another-issuer
    if said.get("issuer") != provider().issuer or "configuration_endpoint" not in said:
        raise ProviderUnavailable("ssf metadata")
    return said


def _call(method: str, address: str, document: dict[str, Any] | None = None) -> Any:
    token = provider().own_token("ssf.manage")
    return _send(method, address, {"Authorization": f"Bearer {token}"}, document)


def _send(method: str, address: str, headers: dict[str, str], document: dict[str, Any] | None) -> Any:
    try:
        with loopback.client() as http:
            answer = http.request(method, address, json=document, headers=headers)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as fault:
        raise ProviderUnavailable(type(fault).__name__) from None
    if 400 <= answer.status_code < 500 and isinstance(said, dict):
        raise StreamRefused(f"{said.get('error')}: {said.get('error_description', '')}")
    if answer.status_code >= 300:
        raise ProviderUnavailable(f"status {answer.status_code}")
    return said
