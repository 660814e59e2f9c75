"""`portal catalogue seed`: the procedures and offices that ship with the portal, written once per version."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

from django.db import transaction

from kernel.vietnamese_names import fold, sort_key
from portal.catalogue.form import read_form
from portal.catalogue.models import Office, Procedure, ProcedureVersion
from portal.config import CONFIG


class VersionChanged(ValueError):
    """A published version differs from the file: a frozen version is never rewritten, raise its number."""


def definitions() -> Iterator[dict[str, Any]]:
    """Every procedure definition of the package; forms are checked when read."""
    folder = files("portal.catalogue").joinpath("procedures")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".toml") or entry.name == "offices.toml":
            continue
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
        for definition in data.get("procedures", [data]):
            if "form" in definition:
                read_form(definition["form"])
            yield definition


def _plain(definition: dict[str, Any]) -> dict[str, Any]:
    """As kept in the database: dates as ISO text."""
    plain: dict[str, Any] = json.loads(json.dumps(definition, default=date.isoformat))
    return plain


def _write_version(definition: dict[str, Any]) -> bool:
    plain = _plain(definition)
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    words = " ".join([plain["code"], plain["name"]["vi"], plain["sector"]["vi"], plain.get("keywords", "")]).lower()
    procedure, _ = Procedure.objects.update_or_create(
        code=plain["code"],
        defaults={
            "name_vi": plain["name"]["vi"],
            "name_en": plain["name"]["en"],
            "sector_vi": plain["sector"]["vi"],
            "sector_en": plain["sector"]["en"],
            "search_text": words,
            "search_folded": fold(words) + " " + fold(plain["name"]["en"]),
            "sort_key": sort_key(plain["name"]["vi"]),
        },
    )
    version, made = ProcedureVersion.objects.get_or_create(
        procedure=procedure,
        number=plain["version"],
        defaults={
            "effective_from": date.fromisoformat(plain["effective_from"]),
            "definition": plain,
            "definition_hash": digest,
        },
    )
    # guard: published-version-frozen
    if version.definition_hash != digest:
        raise VersionChanged(f"{procedure.code} version {version.number} is published and differs from the file")
    return made


def _write_offices() -> int:
    data = tomllib.loads(files("portal.catalogue").joinpath("procedures/offices.toml").read_text(encoding="utf-8"))
    for row in data["offices"]:
        home = row.pop("portal")
        at_home = not CONFIG.national and CONFIG.agency_code.endswith(row["code"].rsplit(".", 1)[1])
        Office.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_vi": row["name"]["vi"],
                "name_en": row["name"]["en"],
                "commune_code": row["commune_code"],
                "peer": "" if at_home else home,
                "procedures": row["procedures"],
                "valid_from": row["valid_from"],
                "valid_to": row.get("valid_to"),
            },
        )
    return len(data["offices"])


def seed() -> tuple[int, int]:
    """Write what is new; returns (new procedure versions, offices). Raises VersionChanged."""
    with transaction.atomic():
        made = sum(_write_version(definition) for definition in definitions())
        return made, _write_offices()
