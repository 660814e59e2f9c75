"""Whom this portal trusts: an operator names a configured peer, its keys are pinned on first use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.accounts import audit, policy_store
from portal.accounts.models_policy import PolicyHolder
from portal.config import CONFIG
from portal.exchange.models import TrustedPortal
from wire import loopback

JWKS_PATH = "/.well-known/exchange-jwks.json"


class TrustRefused(Exception):
    """The portal is not configured as a peer, shows no usable keys, or shows others than the pinned ones."""


def configured(origin: str) -> str:
    """The name under which the settings know this origin. Raises TrustRefused."""
    if not CONFIG.national and origin == CONFIG.national_origin:
        return "national"
    for peer in CONFIG.exchange_peers:
        if peer.origin == origin:
            return peer.name
    raise TrustRefused(f"{origin} is not among EXCHANGE_PEERS")


def fetch_jwks(origin: str) -> dict[str, Any]:
    """The keys that the portal at `origin` shows. Raises TrustRefused."""
    try:
        with loopback.client() as http:
            jwks: dict[str, Any] = http.get(origin + JWKS_PATH).raise_for_status().json()
        if not KeySet.import_key_set(jwks).keys:  # type: ignore[arg-type]
            raise TrustRefused(f"{origin} shows no keys")
    except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as fault:
        raise TrustRefused(f"{origin}: {type(fault).__name__}") from fault
    return jwks


def trust(origin: str, jwks: dict[str, Any], *, replace: bool = False) -> TrustedPortal:
    """Pin a peer's keys. Keys that changed are refused unless the operator says `replace`. Raises TrustRefused."""
    name = configured(origin)
    with transaction.atomic():
        known = TrustedPortal.objects.select_for_update().filter(origin=origin).first()
        # guard: peer-keys-pinned
        if known is not None and known.jwks != jwks and not replace:
            raise TrustRefused(f"{origin} shows other keys than the pinned ones; compare, then use --replace")
        portal, _ = TrustedPortal.objects.update_or_create(
            name=name, defaults={"origin": origin, "jwks": jwks, "trusted_at": datetime.now(UTC)}
        )
        if origin == CONFIG.national_origin and not CONFIG.national:
            policy_store.trust(origin, jwks)
        if CONFIG.national:
            PolicyHolder.objects.update_or_create(name=name, defaults={"origin": origin})
        audit.record("portal-trusted", actor="operator", subject=f"portal:{name}")
    return portal


def national() -> TrustedPortal | None:
    """The national portal as a province trusts it; None before `portal peers trust`."""
    return TrustedPortal.objects.filter(origin=CONFIG.national_origin).first()
