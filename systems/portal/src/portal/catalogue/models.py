"""Procedures, their frozen versions, and the offices that take them in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from portal.catalogue.form import Form, Text, read_form


class Procedure(models.Model):
    """One administrative procedure by its national code; what is searched stands here, the facts in its versions."""

    code = models.CharField(max_length=10, primary_key=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    sector_vi = models.CharField(max_length=120)
    sector_en = models.CharField(max_length=120)
    search_text = models.TextField()
    search_folded = models.TextField()
    sort_key = models.CharField(max_length=600)

    def name(self, language: str) -> str:
        """The name in "vi" or "en"."""
        return self.name_en if language == "en" else self.name_vi


class ProcedureVersion(models.Model):
    """What a procedure said from a date on. Never changed once written (trigger): dossiers are read under it."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    definition = models.JSONField()
    definition_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="one_version_number")]
        ordering = ["procedure_id", "-effective_from", "-number"]

    @property
    def form(self) -> Form | None:
        """The interactive form, None when this procedure is explained but not taken in online."""
        data = self.definition.get("form")
        return read_form(data) if data else None

    def text(self, key: str, language: str) -> str:
        """A bilingual fact of the definition (`name`, `time`, `fee`, `authority`, `sector`)."""
        data = self.definition.get(key) or {}
        return Text(data.get("vi", ""), data.get("en", "")).in_language(language)

    def fact(self, key: str) -> Any:
        """Any other fact of the definition, None when it is not stated."""
        return self.definition.get(key)


class Office(models.Model):
    """A body that takes dossiers in for one commune, between two dates. `peer` names the portal it works at.

    Empty `peer`: it works at this portal's own desk. `code` is its agency code (Decision 20/2020/QĐ-TTg, old form),
    which also begins its dossier codes.
    """

    code = models.CharField(max_length=35, primary_key=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    commune_code = models.CharField(max_length=5)
    peer = models.CharField(max_length=40, blank=True, default="")
    procedures = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day on which it is no more

    def name(self, language: str) -> str:
        """The name in "vi" or "en"."""
        return self.name_en if language == "en" else self.name_vi

    def exists_on(self, day: date) -> bool:
        """Whether the office works on this day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
