"""What the pages of a form share: the person's draft, the order of pages, one question as the template needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from design.page_request import current
from portal.catalogue.form import Field, Step
from portal.catalogue.offices import communes_served
from portal.dossiers import prefill, presenting, wording
from portal.dossiers.models import Draft


def own_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """The open draft of this person; a submitted one leads to its dossier by the caller. Another's does not exist."""
    drafts = Draft.objects.select_related("version", "version__procedure")
    draft = drafts.filter(pk=draft_id, profile=request.profile).first()  # type: ignore[attr-defined]
    if draft is None or draft.version.form is None:
        raise Http404
    return draft


def step_url(draft: Draft, step_id: str) -> str:
    return reverse("draft-step", args=[draft.pk, step_id])


def next_page(draft: Draft, *, after: str | None) -> str:
    """The page after a step: the next one, or the summary. A new draft begins with the first."""
    assert draft.version.form is not None
    ids = [step.id for step in draft.version.form.visible(draft.read_answers())]
    if after is None:
        return step_url(draft, ids[0])
    position = ids.index(after) + 1 if after in ids else 0
    return step_url(draft, ids[position]) if position < len(ids) else reverse("draft-check", args=[draft.pk])


def closed(draft: Draft) -> HttpResponse:
    """A draft that was submitted leads to its receipt, from whatever tab."""
    dossier = getattr(draft, "dossier", None)
    return HttpResponseRedirect(reverse("receipt", args=[dossier.pk]) if dossier else reverse("my-dossiers"))


def _field_view(draft: Draft, field: Field, typed: Mapping[str, str], served: Mapping[str, str]) -> dict[str, Any]:
    """One question as the template needs it."""
    language = current().language
    vouched = draft.read_vouched().get(field.id)
    view: dict[str, Any] = {
        "id": field.id,
        "kind": field.kind,
        "label": field.label.in_language(language),
        "hint": field.hint.in_language(language) if field.hint else None,
        "required": field.required,
        "locked": vouched is not None,
    }
    if vouched is not None:
        view |= {"value": presenting.shown_value(field, vouched["value"]), "source": wording.source(vouched)}
        return view
    saved = draft.read_answers().get(field.id, "")
    view["value"] = typed[field.id] if field.id in typed else presenting.typed_value(field, saved)
    if field.kind == "choice":
        view["choices"] = [
            {
                "value": choice.value,
                "text": choice.label.in_language(language),
                "hint": choice.hint.in_language(language) if choice.hint else None,
            }
            for choice in field.choices
        ]
    if field.kind == "commune":
        view["choices"] = [{"value": code, "text": name} for code, name in served.items()]
    if field.kind == "file":
        attached = draft.files.filter(field_id=field.id).select_related("stored").first()
        view["file"] = attached.stored if attached else None
    return view


def show(
    request: HttpRequest,
    draft: Draft,
    page: Step,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    form, answers, language = draft.version.form, draft.read_answers(), current().language
    assert form is not None
    visible = form.visible(answers)
    ids = [item.id for item in visible]
    place = ids.index(page.id) if page.id in ids else 0
    served = communes_served(draft.version.procedure_id)
    back = step_url(draft, ids[place - 1]) if place else f"/thu-tuc/{draft.version.procedure_id}"
    context = {
        "draft": draft,
        "procedure": draft.version.text("name", language),
        "title": page.title.in_language(language),
        "question": page.question.in_language(language),
        "why": page.why.in_language(language),
        "fields": [_field_view(draft, field, typed, served) for field in page.fields],
        "number": place + 1,
        "total": len(ids) + 1,
        "saved_at": presenting.local(draft.saved_at),
        "errors": errors,
        "restored": restored,
        "back_href": back,
        "register_unavailable": draft.register_state == prefill.UNAVAILABLE,
        "file_size": presenting.file_size,
    }
    return render(request, "dossiers/step.html", context, status=status)
