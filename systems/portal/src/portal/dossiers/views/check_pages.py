"""The end of a form: everything once more, submit once; or throw the form away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from design.page_request import current
from kernel import country_time
from portal.accounts.access import signed_in
from portal.catalogue.answers import incomplete_steps
from portal.catalogue.form import Form
from portal.catalogue.offices import communes_served
from portal.dossiers import presenting, wording
from portal.dossiers.actions.discard_draft import discard_draft
from portal.dossiers.actions.submit import submit
from portal.dossiers.models import Draft
from portal.dossiers.standing import ActNotPossible
from portal.dossiers.views.form_parts import closed, own_draft, step_url
from portal.dossiers.views.refusing import refuse


@require_http_methods(["GET", "POST"])
@signed_in
def check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything once more, each answer with a way to change it; then submit, once."""
    draft = own_draft(request, draft_id)
    if request.method == "POST":
        return _submit(request, draft)
    return closed(draft) if draft.closed_at is not None else _check_page(request, draft, None)


def _submit(request: HttpRequest, draft: Draft) -> HttpResponse:
    who, login = request.profile, request.login  # type: ignore[attr-defined]
    try:
        submitted = submit(draft.pk, who.pk, login, declared=request.POST.get("declared") == "yes")
    except ActNotPossible as refused:
        if refused.code in {"NOT_DECLARED", "INCOMPLETE", "NO_OFFICE"}:
            return _check_page(request, draft, refused.code)
        return refuse(request, refused.code)
    return HttpResponseRedirect(reverse("receipt", args=[submitted.dossier.pk]))


def _missing(draft: Draft, form: Form) -> set[str]:
    steps = incomplete_steps(
        form,
        draft.read_answers(),
        locked=draft.locked(),
        files=set(draft.files.values_list("field_id", flat=True)),
        today=country_time.today(),
        communes=communes_served(draft.version.procedure_id),
    )
    return {item.id for item in steps}


def _check_page(request: HttpRequest, draft: Draft, fault: str | None) -> HttpResponse:
    form, language = draft.version.form, current().language
    assert form is not None
    shown = presenting.draft_cards(draft)
    errors = {}
    if fault:
        anchor = "declared" if fault == "NOT_DECLARED" else "cards"
        errors[anchor] = wording.refusal(fault)[0]
    context = {
        "draft": draft,
        "procedure": draft.version.text("name", language),
        "cards": shown,
        "missing": _missing(draft, form),
        "number": len(shown) + 1,
        "total": len(shown) + 1,
        "saved_at": presenting.local(draft.saved_at),
        "declaration": form.declaration.in_language(language),
        "fee_online": draft.version.fact("fee_online"),
        "errors": errors,
        "back_href": step_url(draft, shown[-1].step_id) if shown else "/ho-so",
        "file_size": presenting.file_size,
    }
    return render(request, "dossiers/check.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away, after one question."""
    draft = own_draft(request, draft_id)
    if draft.closed_at is not None:
        return closed(draft)
    if request.method == "POST":
        try:
            discard_draft(draft.pk, request.profile.pk, request.login)  # type: ignore[attr-defined]
        except ActNotPossible as refused:
            return refuse(request, refused.code)
        return HttpResponseRedirect(reverse("my-dossiers"))
    procedure = draft.version.text("name", current().language)
    return render(request, "dossiers/discard.html", {"draft": draft, "procedure": procedure, "back_href": "/ho-so"})
