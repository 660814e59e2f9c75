"""The form, one page of questions at a time: begin, fill in, attach. Every page works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from design.page_request import current
from portal.accounts.access import signed_in, to_sign_in
from portal.accounts.policy import OldLoginRefused
from portal.catalogue.answers import AnswerError
from portal.catalogue.form import Step
from portal.catalogue.search import version_in_force
from portal.dossiers import parking, wording
from portal.dossiers.actions.attach_file import attach_file, detach_file
from portal.dossiers.actions.save_step import save_step
from portal.dossiers.actions.start_draft import SeveralDrafts, refresh_prefill, start_draft
from portal.dossiers.models import Draft
from portal.dossiers.standing import ActNotPossible
from portal.dossiers.views.form_parts import closed, next_page, own_draft, show, step_url
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
    except SeveralDrafts:
        return HttpResponseRedirect(reverse("my-dossiers") + "?chon=1")
    return HttpResponseRedirect(next_page(draft, after=None))


@takes_files
@keeps_typing
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, draft_id: UUID, step_id: str) -> HttpResponse:
    """One page of questions."""
    draft = own_draft(request, draft_id)
    if draft.closed_at is not None:
        return closed(draft)
    assert draft.version.form is not None
    if draft.version.form.step(step_id) is None:
        raise Http404
    page = next((one for one in draft.version.form.visible(draft.read_answers()) if one.id == step_id), None)
    if page is None:
        return HttpResponseRedirect(reverse("draft-check", args=[draft.pk]))  # an answer has closed this branch
    if request.method == "GET":
        restored = parking.take_back(draft, step_id, request.profile)  # type: ignore[attr-defined]
        return show(request, draft, page, typed=restored, errors={}, restored=bool(restored))
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
        return show(request, draft, page, typed=posted, errors=words, status=400 if tampered else 200)
    if "later" in posted:
        return HttpResponseRedirect(reverse("my-dossiers"))
    if "stay" in posted or any(key.startswith("remove-") for key in posted):
        return HttpResponseRedirect(step_url(draft, page.id))
    back_to_check = request.GET.get("tu") == "kiem-tra"
    return HttpResponseRedirect(
        reverse("draft-check", args=[draft.pk]) if back_to_check else next_page(draft, after=page.id)
    )


def _error_words(page: Step, errors: Mapping[str, AnswerError]) -> dict[str, str]:
    language = current().language
    labels = {field.id: field.label.in_language(language) for field in page.fields}
    return {key: wording.answer_error(error, labels[key]) for key, error in errors.items()}


def _take_files(request: HttpRequest, draft: Draft, page: Step) -> dict[str, str]:
    """Attach what was uploaded on this page; errors by field. A required file that is missing is an error too."""
    errors: dict[str, str] = {}
    who, login = request.profile, request.login  # type: ignore[attr-defined]
    for field in page.fields:
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


@require_POST
@signed_in
def ask_again(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask the register again for what it could not answer before."""
    draft = own_draft(request, draft_id)
    if draft.closed_at is not None:
        return closed(draft)
    refresh_prefill(draft, request.profile, request.login)  # type: ignore[attr-defined]
    return HttpResponseRedirect(next_page(draft, after=None))
