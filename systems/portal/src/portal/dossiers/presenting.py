"""Drafts and dossiers as pages show them: plain values for the templates, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from design.formats import short_date_text
from design.page_request import current
from kernel import admin_units, country_time
from kernel.country_time import VIETNAM
from portal.catalogue.form import Field, Form
from portal.catalogue.models import Office, Procedure
from portal.dossiers import clocks, wording
from portal.dossiers.models import Dossier, DossierFile, Draft
from portal.dossiers.states import CLOSED, State
from portal.i18n import _
from portal.store.models import StoredFile


@dataclass(frozen=True)
class Row:
    """One line of a summary: question, answer, who vouches (empty: the applicant), where it can be changed."""

    key: str
    value: str
    vouched: bool
    source: str
    field_id: str
    number: bool
    file: StoredFile | None = None


@dataclass(frozen=True)
class Card:
    """One page of the form as a card of a summary."""

    step_id: str
    title: str
    rows: list[Row]


def local(moment: datetime) -> datetime:
    """A stored moment in Vietnam's time, for the date and clock filters."""
    return moment.astimezone(VIETNAM)


def shown_value(field: Field, value: str) -> str:
    """An answer as a person reads it: labels of choices, dates, place names."""
    language = current().language
    if field.kind == "choice":
        return field.choice_label(value, language)
    if field.kind == "commune":
        return admin_units.full_name(value, country_time.today()) or value
    if field.kind == "date" and value:
        try:
            return short_date_text(date.fromisoformat(value))
        except ValueError:
            return value
    return value


def typed_value(field: Field, value: str) -> str:
    """An answer as its owner would type it again."""
    if field.kind == "date" and value:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return country_time.short_date(day)
    return value


def cards(
    form: Form,
    answers: Mapping[str, str],
    vouched: Mapping[str, Mapping[str, str]],
    files: Mapping[str, StoredFile],
) -> list[Card]:
    """What was filled in, page by page, without the questions that were not asked."""
    language = current().language
    found = []
    for step in form.visible(answers):
        rows = []
        for field in step.fields:
            label = field.label.in_language(language)
            number = field.kind in {"personal_id", "phone"}
            if field.kind == "file":
                stored = files.get(field.id)
                rows.append(Row(label, stored.name if stored else "", False, "", field.id, False, stored))
            elif field.id in vouched:
                item = vouched[field.id]
                value = shown_value(field, item["value"])
                rows.append(Row(label, value, True, wording.source(item), field.id, number))
            else:
                rows.append(Row(label, shown_value(field, answers.get(field.id, "")), False, "", field.id, number))
        found.append(Card(step.id, step.title.in_language(language), rows))
    return found


def draft_cards(draft: Draft) -> list[Card]:
    """The summary of a draft."""
    assert draft.version.form is not None
    files = {attached.field_id: attached.stored for attached in draft.files.select_related("stored")}
    return cards(draft.version.form, draft.read_answers(), draft.read_vouched(), files)


def dossier_cards(dossier: Dossier) -> list[Card]:
    """The summary of a dossier, under the version with which it was filed."""
    if dossier.version is None or dossier.version.form is None:
        return []
    files = {row.field_id: row.stored for row in dossier_files(dossier) if row.stage == 0}
    return cards(dossier.version.form, dossier.read_answers(), dossier.read_vouched(), files)


def dossier_files(dossier: Dossier) -> list[DossierFile]:
    """The files of a dossier in the order in which they came."""
    return list(dossier.files.select_related("stored").order_by("stage", "id"))


def procedure_name(dossier: Dossier) -> str:
    """The name of the procedure, or its code when the catalogue does not know it."""
    found = Procedure.objects.filter(pk=dossier.procedure_code).first()
    return found.name(current().language) if found else dossier.procedure_code


def office_name(code: str) -> str:
    """The name of an office, empty when the catalogue does not know it."""
    office = Office.objects.filter(pk=code).first() if code else None
    return office.name(current().language) if office else ""


def grouped_hash(sha256: str) -> str:
    """A hash for the eye: `9f2c 41aa 07be … d310`."""
    return f"{sha256[:4]} {sha256[4:8]} {sha256[8:12]} … {sha256[-4:]}"


def file_size(size: int) -> str:
    """`412 kB`, `1,2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    text = f"{size / 1_000_000:.1f} MB"
    return text.replace(".", ",") if current().language == "vi" else text


def history(dossier: Dossier, *, for_official: bool = False) -> list[dict[str, Any]]:
    """The timeline: what happened, when, in which unit and by which officer; then what comes, with its deadline."""
    entries: list[dict[str, Any]] = []
    for event in dossier.events.all():
        note = event.read_note()
        unit = note.get("unit_name") or office_name(event.unit)
        entries.append(
            {
                "title": wording.act_words(event.act),
                "at": local(event.at),
                "unit": "" if event.actor == "citizen" else unit,
                "officer": event.officer,
                "note": note,
                "done": True,
            }
        )
    if dossier.state not in CLOSED:
        entries.extend(_to_come(dossier, for_official=for_official))
    return entries


def _to_come(dossier: Dossier, *, for_official: bool) -> Iterable[dict[str, Any]]:
    blank: dict[str, Any] = {"at": None, "unit": "", "officer": "", "note": {}, "done": False}
    if dossier.state == State.SUBMITTED and dossier.respond_by:
        office = office_name(dossier.office_code)
        title = _("Answer") if for_official else _("%(office)s checks the dossier", office=office)
        yield blank | {"title": title, "by": local(dossier.respond_by)}
    if dossier.state == State.SUPPLEMENT_REQUESTED:
        yield blank | {"title": _("You complete the dossier"), "by": None}
    if dossier.appointment_at:
        yield blank | {"title": _("Result"), "by": local(dossier.appointment_at)}
    else:
        days = dossier.version.fact("working_days") if dossier.version else None
        if days:
            text = _("Within %(days)s working days of acceptance of a full dossier", days=days)
            yield blank | {"title": _("Result"), "by": None, "text": text}


def outside_hours(dossier: Dossier) -> datetime | None:
    """When the clock begins to run, if that is later than the submission; else None."""
    begins = clocks.counts_from(dossier.submitted_at)
    return local(begins) if begins > dossier.submitted_at else None
