"""How the policy of the date travels: the national portal pushes and answers, a province holds and acknowledges.

The message that carries the documents is fresh, so its time says when they were last known to be what holds.
An acknowledgement names, by digest, what a portal holds and what it keeps ready.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from portal.accounts import policy_issue, policy_store
from portal.accounts.cutover import DocumentRefused, digest
from portal.accounts.models_policy import THE_SLOT, PolicyCopy, PolicyHolder
from portal.config import CONFIG
from portal.exchange.calls import PortalUnavailable, ask
from portal.exchange.messages import Message
from portal.exchange.models import TrustedPortal
from portal.exchange.trust import national

log = logging.getLogger("portal.policy")

PATH = "/exchange/policy"
TYPE = "policy"
ACKNOWLEDGEMENT = "policy-held"


def what_holds() -> dict[str, Any]:
    """National: the body of a policy message."""
    row = policy_store.own_store()
    return {"current": row.document, "awaiting": row.awaiting}


def what_we_hold() -> dict[str, Any]:
    """The body of an acknowledgement."""
    row = PolicyCopy.objects.filter(slot=THE_SLOT).first()
    if row is None:
        return {}
    try:
        current, awaiting = policy_store.read(row.document, row), policy_store.read(row.awaiting, row)
    except DocumentRefused:
        return {}
    return {
        "version": current.version if current else None,
        "digest": digest(current) if current else "",
        "awaiting_digest": digest(awaiting) if awaiting else "",
    }


def hold(message: Message) -> None:
    """Province: take what the national portal said; what cannot be believed raises the alarm and changes nothing."""
    if CONFIG.national or message.sender.origin != CONFIG.national_origin or message.type != TYPE:
        policy_store.raise_alarm("not from the national portal")
        return
    said_at = datetime.fromtimestamp(message.said_at, UTC)
    try:
        policy_store.hold(str(message.body.get("current", "")), str(message.body.get("awaiting", "")), said_at)
    except policy_store.OutOfDate:
        pass  # a push overtook the answer to an earlier question
    except DocumentRefused as fault:
        policy_store.raise_alarm(str(fault))


def note_holder(message: Message) -> None:
    """National: note what a portal acknowledged, and let an awaited date take effect when it was the last one."""
    said = message.body
    with transaction.atomic():
        holder = PolicyHolder.objects.select_for_update().filter(name=message.sender.name).first()
        if holder is None or message.type != ACKNOWLEDGEMENT:
            return
        now = datetime.now(UTC)
        if said.get("digest") and said["digest"] != holder.digest:
            holder.version, holder.digest, holder.acknowledged_at = said.get("version"), said["digest"], now
        holder.awaiting_digest, holder.heard_at = str(said.get("awaiting_digest", "")), now
        holder.save()
    policy_issue.acknowledged()


def push(name: str) -> None:
    """National: send what holds to one portal and note its acknowledgement. Raises PortalUnavailable."""
    portal = TrustedPortal.objects.get(name=name)
    note_holder(ask(portal, PATH, TYPE, what_holds()))


def fetch() -> bool:
    """Province: ask the national portal what holds, telling it what we hold; a new version is acknowledged at once.

    False when it could not be asked; the copy then only grows older.
    """
    portal = national()
    if portal is None or CONFIG.national:
        return False
    try:
        told = what_we_hold()
        hold(ask(portal, PATH, ACKNOWLEDGEMENT, told, method="GET"))
        if what_we_hold() != told:
            hold(ask(portal, PATH, ACKNOWLEDGEMENT, what_we_hold(), method="GET"))
    except PortalUnavailable as fault:
        log.warning("the national portal did not say what holds: %s", fault)
        return False
    return True
