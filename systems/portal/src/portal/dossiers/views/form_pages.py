"""The form, one page of questions at a time: begin, fill in, check, submit. Every page works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from design.page_request import current
from kernel import country_time
from portal.accounts.access import signed_in, to_sign_in
from portal.accounts.policy import OldLoginRefused
from portal.catalogue.answers import AnswerError, incomplete_steps
from portal.catalogue.form import Field, Form, Step
from portal.catalogue.offices import communes_served
from portal.catalogue.search import version_in_force
from portal.dossiers import parking, prefill, presenting, wording
from portal.dossiers.actions.attach_file import attach_file, detach_file
from portal.dossiers.actions.discard_draft import discard_draft
from portal.dossiers.actions.save_step import save_step
from portal.dossiers.actions.start_draft import refresh_prefill, start_draft
from portal.dossiers.actions.submit import submit
from portal.dossiers.models import Draft
from portal.dossiers.standing import ActNotPossible
from portal.dossiers.views.refusing import refuse
from portal.store.inspection import FileFault, FileRefused
from portal.store.upload import takes_files

View = Callable[..., HttpResponse]


def keeps_typing(view: View) -> View:
    """For pages that take answers: when the login has ended, what was posted is parked before asking for a new one."""

    @wraps(view)
    def guarded(request: HttpRequest, draft_id: UUID, step_id: str) -> HttpResponse:
        if request.login is None or request.profile is None:  # type: ignore[attr-defined]
            if request.method == "POST":
                parking.park(draft_id, step_id, request.POST.dict())
            return to_sign_in(request)
        try:
            return view(request, draft_id, step_id)
        except OldLoginRefused:
            if request.method == "POST":
                parking.park(draft_id, step_id, request.POST.dict())
            raise

    return guarded


@require_POST
@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the form of a procedure, or go on where it was left."""
    version = version_in_force(code)
    if version is None or version.form is None:
        raise Http404
    try:
        draft = start_draft(version, request.profile, request.login)  # type: ignore[attr-defined]
    except ActNotPossible as refused:
        return refuse(request, refused.code)
    return HttpResponseRedirect(_next_page(draft, after=None))


def _draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """The open draft of this person; a submitted one leads to its dossier by the caller. Another's does not exist."""
    drafts = Draft.objects.select_related("version", "version__procedure")
    draft = drafts.filter(pk=draft_id, profile=request.profile).first()  # type: ignore[attr-defined]
    if draft is None or draft.version.form is None:
        raise Http404
    return draft


def _step_url(draft: Draft, step_id: str) -> str:
    return reverse("draft-step", args=[draft.pk, step_id])


def _next_page(draft: Draft, *, after: str | None) -> str:
    """The page after a step: the next one, or the summary. A new draft begins with the first."""
    assert draft.version.form is not None
    ids = [step.id for step in draft.version.form.visible(draft.read_answers())]
    if after is None:
        return _step_url(draft, ids[0])
    position = ids.index(after) + 1 if after in ids else 0
    return _step_url(draft, ids[position]) if position < len(ids) else reverse("draft-check", args=[draft.pk])


def _closed(draft: Draft) -> HttpResponse:
    """A draft that was submitted leads to its receipt, from whatever tab."""
    dossier = getattr(draft, "dossier", None)
    return HttpResponseRedirect(reverse("receipt", args=[dossier.pk]) if dossier else reverse("my-dossiers"))


@takes_files
@keeps_typing
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, draft_id: UUID, step_id: str) -> HttpResponse:
    """One page of questions."""
    draft = _draft(request, draft_id)
    if draft.closed_at is not None:
        return _closed(draft)
    assert draft.version.form is not None
    page = draft.version.form.step(step_id)
    if page is None:
        raise Http404
    if request.method == "GET":
        restored = parking.take_back(draft, step_id, request.profile)  # type: ignore[attr-defined]
        return _page(request, draft, page, typed=restored, errors={}, restored=bool(restored))
    return _post(request, draft, page)


def _post(request: HttpRequest, draft: Draft, page: Step) -> HttpResponse:
    posted = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    who, login = request.profile, request.login  # type: ignore[attr-defined]
    try:
        file_errors = _take_files(request, draft, page)
        draft, errors = save_step(draft.pk, who.pk, login, page.id, posted)
    except ActNotPossible as refused:
        return refuse(request, refused.code)
    if errors or file_errors:
        tampered = AnswerError.LOCKED_CHANGED in errors.values()
        words = {**_error_words(page, errors), **file_errors}
        return _page(request, draft, page, typed=posted, errors=words, status=400 if tampered else 200)
    if "later" in posted:
        return HttpResponseRedirect(reverse("my-dossiers"))
    if "stay" in posted or any(key.startswith("remove-") for key in posted):
        return HttpResponseRedirect(_step_url(draft, page.id))
    back_to_check = request.GET.get("tu") == "kiem-tra"
    return HttpResponseRedirect(
        reverse("draft-check", args=[draft.pk]) if back_to_check else _next_page(draft, after=page.id)
    )


def _error_words(page: Step, errors: Mapping[str, AnswerError]) -> dict[str, str]:
    language = current().language
    labels = {field.id: field.label.in_language(language) for field in page.fields}
    return {key: wording.answer_error(error, labels[key]) for key, error in errors.items()}


def _take_files(request: HttpRequest, draft: Draft, page: Step) -> dict[str, str]:
    """Attach what was uploaded on this page; errors by field. A required file that is missing is an error too."""
    errors: dict[str, str] = {}
    who, login = request.profile, request.login  # type: ignore[attr-defined]
    for field in page.questions(draft.read_answers()):
        if field.kind != "file":
            continue
        if f"remove-{field.id}" in request.POST:
            detach_file(draft.pk, who.pk, login, field.id)
            continue
        upload = request.FILES.get(field.id)
        try:
            if field.id in request.too_large:  # type: ignore[attr-defined]
                raise FileRefused(FileFault.TOO_LARGE)
            if upload is not None:
                attach_file(draft.pk, who.pk, login, field.id, name=upload.name or "", content=upload.read())
            elif field.required and not draft.files.filter(field_id=field.id).exists() and "later" not in request.POST:
                label = field.label.in_language(current().language)
                errors[field.id] = wording.answer_error(AnswerError.FILE_MISSING, label)
        except FileRefused as refused:
            name = (upload.name or "") if upload is not None else field.label.in_language(current().language)
            errors[field.id] = wording.file_fault(refused.fault, name)
    return errors


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


def _page(
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
    back = _step_url(draft, ids[place - 1]) if place else f"/thu-tuc/{draft.version.procedure_id}"
    context = {
        "draft": draft,
        "procedure": draft.version.text("name", language),
        "title": page.title.in_language(language),
        "question": page.question.in_language(language),
        "why": page.why.in_language(language),
        "fields": [_field_view(draft, field, typed, served) for field in page.questions(answers)],
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


@require_POST
@signed_in
def ask_again(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask the register again for what it could not answer before."""
    draft = _draft(request, draft_id)
    if draft.closed_at is not None:
        return _closed(draft)
    refresh_prefill(draft, request.profile, request.login)  # type: ignore[attr-defined]
    return HttpResponseRedirect(_next_page(draft, after=None))


@require_http_methods(["GET", "POST"])
@signed_in
def check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything once more, each answer with a way to change it; then submit, once."""
    draft = _draft(request, draft_id)
    if request.method == "POST":
        return _submit(request, draft)
    return _closed(draft) if draft.closed_at is not None else _check_page(request, draft, None)


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
        "back_href": _step_url(draft, shown[-1].step_id) if shown else "/ho-so",
        "file_size": presenting.file_size,
    }
    return render(request, "dossiers/check.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away, after one question."""
    draft = _draft(request, draft_id)
    if draft.closed_at is not None:
        return _closed(draft)
    if request.method == "POST":
        discard_draft(draft.pk, request.profile.pk, request.login)  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("my-dossiers"))
    procedure = draft.version.text("name", current().language)
    return render(request, "dossiers/discard.html", {"draft": draft, "procedure": procedure, "back_href": "/ho-so"})
