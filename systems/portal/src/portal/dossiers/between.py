"""Dossiers between portals: what is heard from another portal, and sending what waits in the outbox.

Messages of one dossier go in order and again until the other side has answered; each has its effect once, by the
dossier's reference and the event's number.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.accounts import between_portals
from portal.accounts.between_portals import DOSSIERS_PATH, Said, SaidNo, Unavailable
from portal.dossiers import outbox
from portal.dossiers.actions import hand_over
from portal.dossiers.actions.receive import HandOverRefused, receive
from portal.dossiers.actions.receive_status import receive_status
from portal.dossiers.models import DossierFile, Outgoing
from portal.store import vault
from portal.store.inspection import MAX_BYTES

MAX_PARTS = MAX_BYTES // vault.PART_BYTES + 2

log = logging.getLogger("portal.dossiers")


@between_portals.hears("dossier", path=DOSSIERS_PATH)
def dossier_came(said: Said) -> Mapping[str, Any]:
    """A dossier, a supplement or a withdrawal for an office of this portal."""

    def fetch(file: Mapping[str, Any]) -> bytes:
        return fetch_file(said.sender, said.body["reference"], file)

    try:
        return receive(said.body | said.secret, said.sender, fetch)
    except HandOverRefused as refused:
        raise SaidNo(refused.code) from refused


@between_portals.hears("dossier-status")
def status_came(said: Said) -> Mapping[str, Any]:
    """News of a dossier that this portal handed over."""
    try:
        return {"news": receive_status(said.body | said.secret, said.sender)}
    except LookupError:
        raise SaidNo("UNKNOWN_REFERENCE") from None


@between_portals.hears("dossier-file", path=DOSSIERS_PATH, question=True)
def file_asked(said: Said) -> Mapping[str, Any]:
    """A part of a file, sealed as it sleeps, for the portal to which its dossier was handed over."""
    # guard: file-to-its-portal-only
    rows = DossierFile.objects.filter(dossier__reference=UUID(said.body["reference"]), dossier__peer=said.sender)
    row = rows.filter(stored_id=UUID(said.body["id"])).select_related("stored").first()
    if row is None:
        raise SaidNo("UNKNOWN_FILE")
    content, parts = vault.sealed_part(row.stored, int(said.body["part"]))
    return {"content": base64.b64encode(content).decode(), "parts": parts}


def fetch_file(portal: str, reference: str, file: Mapping[str, Any]) -> bytes:
    """The content in clear of a file of a dossier that is being handed over. Raises Unavailable, HandOverRefused."""
    sealed, part, parts = b"", 0, 1
    while part < parts:
        question = {"reference": reference, "id": file["id"], "part": part}
        answer = between_portals.ask(portal, "dossier-file", question, path=DOSSIERS_PATH)
        sealed += base64.b64decode(answer["content"])
        part, parts = part + 1, min(int(answer["parts"]), MAX_PARTS)
    try:
        return vault.open_foreign(sealed, file["key"], UUID(file["id"]))
    except vault.FileDamaged:
        raise HandOverRefused("FILE_DAMAGED") from None


def send_waiting(peer: str) -> int:
    """Send what is due for a portal; returns how many it has taken. Stops at the first that cannot be delivered."""
    sent = 0
    for row in outbox.waiting(peer):
        letter = hand_over.letter(row)
        try:
            answer = between_portals.ask(peer, letter.type, letter.body, secret=letter.secret, path=letter.path)
        except SaidNo as no:
            log.error("%s of dossier %s was refused by %s: %s", row.kind, row.dossier_id, peer, no.code)
            hand_over.refused(row, no.code)
            continue
        except Unavailable as fault:
            log.warning("%s cannot be reached with %s: %s", peer, row.kind, fault)
            hand_over.failed(row)
            break
        hand_over.delivered(row, answer)
        sent += 1
    return sent


def peers_waiting() -> list[str]:
    """The portals for which something waits."""
    rows = Outgoing.objects.filter(delivered_at=None).order_by("peer")
    return list(rows.values_list("peer", flat=True).distinct())
