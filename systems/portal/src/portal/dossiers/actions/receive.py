"""A dossier, a supplement or a withdrawal that another portal hands over. The same message twice does nothing twice.

`exchange` has proven the sender and opened the seal; `peer` is the sender's configured name and binds the reference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit
from portal.accounts.models import Profile
from portal.catalogue.models import Office, ProcedureVersion
from portal.dossiers import clocks, codes, events
from portal.dossiers.actions.supplement import FIELD
from portal.dossiers.models import Dossier, DossierFile, Origin
from portal.dossiers.states import CITIZEN, Act, ActRefused, State
from portal.dossiers.transition import By, locked, move
from portal.sealing import blind
from portal.store import vault
from portal.store.inspection import FileRefused, inspect

#: Gets the content in clear of a file that a message names (`{"id", "name", "sha256", "key", …}`).
Fetch = Callable[[Mapping[str, Any]], bytes]


class HandOverRefused(ValueError):
    """The message cannot be taken in; `code` goes back to the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def receive(data: Mapping[str, Any], peer: str, fetch: Fetch) -> dict[str, Any]:
    """Take the message in; the answer carries the dossier's code and state.

    `fetch` gets the content of a file that the message names. Raises HandOverRefused; what `fetch` raises passes.
    """
    if data.get("kind") not in {"dossier", "supplement", "withdrawal"}:
        raise HandOverRefused("UNKNOWN_KIND")
    with transaction.atomic():
        if data["kind"] == "dossier":
            dossier = _dossier(data, peer, fetch)
        elif data["kind"] == "supplement":
            dossier = _supplement(data, peer, fetch)
        else:
            dossier = _withdrawal(data, peer)
    return {"code": dossier.code, "state": dossier.state}


def _known(data: Mapping[str, Any], peer: str) -> Dossier | None:
    return Dossier.objects.filter(reference=UUID(data["reference"]), peer=peer, origin=Origin.RECEIVED).first()


def _keep_files(dossier: Dossier, files: list[Mapping[str, Any]], stage: int, fetch: Fetch) -> None:
    for file in files:
        content = fetch(file)
        # guard: handed-over-file-hash
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise HandOverRefused("FILE_HASH")
        try:
            inspected = inspect(file["name"], content)
        except FileRefused as refused:
            raise HandOverRefused(f"FILE_{refused.fault.value}") from None
        stored = vault.put(inspected, content)
        DossierFile.objects.create(dossier=dossier, field_id=file["field_id"], stored=stored, stage=stage)


def _owner(data: Mapping[str, Any], index: bytes | None) -> Profile | None:
    """The profile here of the person whose number the sender vouches for; a stated number finds nobody."""
    if index is None or "personal_id" not in data["vouched"]:
        return None
    return Profile.objects.filter(personal_id_index=index).order_by("created_at").first()


def _dossier(data: Mapping[str, Any], peer: str, fetch: Fetch) -> Dossier:
    with_same_name = _known(data, peer)
    # guard: handed-over-once
    if with_same_name is not None:
        return with_same_name
    office = Office.objects.filter(code=data["office_code"], peer="").first()
    version = ProcedureVersion.objects.filter(procedure_id=data["procedure_code"], number=data["version"]).first()
    if office is None or version is None or version.form is None:
        raise HandOverRefused("NO_OFFICE")
    number = data["applicant"].get("personal_id", "")
    index = blind(number, "personal_id") if number else None
    now = country_time.now()
    dossier = Dossier.objects.create(
        code=codes.next_code(office.code, now.date()),
        profile=_owner(data, index),
        version=version,
        procedure_code=version.procedure_id,
        office_code=office.code,
        origin=Origin.RECEIVED,
        peer=peer,
        reference=UUID(data["reference"]),
        applicant=json.dumps(dict(data["applicant"]), ensure_ascii=False),
        answers=json.dumps(dict(data["answers"]), ensure_ascii=False),
        vouched=json.dumps(dict(data["vouched"]), ensure_ascii=False),
        applicant_index=index,
        applicant_vouched="personal_id" in data["vouched"],
        submitted_at=now,
        respond_by=clocks.respond_by(now),
    )
    _keep_files(dossier, data["files"], 0, fetch)
    events.append(dossier, "submit", actor="citizen", unit=office.code, note={"filed_at": peer}, at=now)
    audit.record(
        "dossier.received", actor=f"peer:{peer}", subject=f"dossier:{dossier.pk}", detail={"office": office.code}
    )
    return dossier


def _again(data: Mapping[str, Any], dossier: Dossier) -> bool:
    """Whether this very message was taken in before."""
    return any(event.read_note().get("message_seq") == data["seq"] for event in dossier.events.all())


def _supplement(data: Mapping[str, Any], peer: str, fetch: Fetch) -> Dossier:
    dossier = _locked_known(data, peer)
    if _again(data, dossier):
        return dossier
    _act(dossier, Act.SUPPLEMENT, {"message": data["message"][:2000], "message_seq": data["seq"]})
    stage = dossier.supplements_at_reception + dossier.supplements_at_processing
    _keep_files(dossier, data["files"], stage, fetch)
    DossierFile.objects.filter(dossier=dossier, stage=stage).update(field_id=FIELD)
    return dossier


def _withdrawal(data: Mapping[str, Any], peer: str) -> Dossier:
    dossier = _locked_known(data, peer)
    if _again(data, dossier) or dossier.state == State.WITHDRAWN:
        return dossier
    _act(dossier, Act.WITHDRAW, {"message_seq": data["seq"]}, reason=data["reason"])
    return dossier


def _locked_known(data: Mapping[str, Any], peer: str) -> Dossier:
    known = _known(data, peer)
    if known is None:
        raise HandOverRefused("UNKNOWN_REFERENCE")
    return locked(known.pk)


def _act(dossier: Dossier, act: Act, more: dict[str, Any], reason: str = "") -> None:
    try:
        move(dossier, act, By(CITIZEN, "citizen"), reason=reason, more=more)
    except ActRefused as refused:
        raise HandOverRefused(refused.code) from None
