"""What `exchange` puts in place when Django has loaded: who carries messages, who fetches and pushes the policy."""

from __future__ import annotations

from typing import Any

from portal.accounts import between_portals, policy_store
from portal.accounts.policy_issue import policy_changed
from portal.config import CONFIG
from portal.exchange import policy_exchange
from portal.exchange.outbox import Outbox


def connect() -> None:
    """Called once, when Django has loaded every app."""
    between_portals.carried_by(Outbox())
    if CONFIG.national:
        policy_changed.connect(_push_policy, dispatch_uid="exchange.push_policy")
    else:
        policy_store.refresher.fetch = policy_exchange.fetch


def _push_policy(**_: Any) -> None:
    from portal.exchange.tasks import push_policy

    for portal in between_portals.addresses():
        push_policy.configure(lock=f"policy:{portal}").defer(portal=portal)
