"""One's own dossiers: the list, one dossier with its history, the receipt, supplement and withdrawal."""

from __future__ import annotations

from datetime import timedelta
from time import sleep
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from design.page_request import current
from kernel import country_time
from portal.accounts.access import signed_in
from portal.dossiers import presenting, receipt, wording
from portal.dossiers.actions.supplement import supplement
from portal.dossiers.actions.withdraw import withdraw
from portal.dossiers.models import Dossier, Draft
from portal.dossiers.ownership import own_dossiers
from portal.dossiers.standing import ActNotPossible
from portal.dossiers.states import CITIZEN, Act, ActRefused, State, possible
from portal.dossiers.views.refusing import refuse
from portal.store import tickets
from portal.store.inspection import FileFault, FileRefused
from portal.store.upload import takes_files
from portal.store.views import attachment

JUST_SUBMITTED = timedelta(seconds=20)
CODE_LOOKS, CODE_PAUSE = 8, 0.2


def _own(request: HttpRequest, dossier_id: UUID) -> Dossier:
    """One's own dossier; another person's is as if it did not exist."""
    # guard: dossier-owner-only
    dossier = own_dossiers(request.profile).filter(pk=dossier_id).first()  # type: ignore[attr-defined]
    if dossier is None:
        raise Http404
    return dossier


@require_GET
@signed_in
def my_dossiers(request: HttpRequest) -> HttpResponse:
    """Open forms first, then dossiers, newest first."""
    drafts = Draft.objects.filter(profile=request.profile, closed_at=None)  # type: ignore[attr-defined]
    language = current().language
    rows = [
        {
            "dossier": dossier,
            "procedure": presenting.procedure_name(dossier),
            "office": presenting.office_name(dossier.office_code),
            "state": wording.state_words(dossier.state),
            "submitted": presenting.local(dossier.submitted_at),
        }
        for dossier in own_dossiers(request.profile).order_by("-submitted_at", "id")  # type: ignore[attr-defined]
    ]
    open_forms = [
        {"draft": draft, "procedure": draft.version.text("name", language), "saved": presenting.local(draft.saved_at)}
        for draft in drafts.select_related("version").order_by("-saved_at")
    ]
    return render(
        request, "dossiers/my_dossiers.html", {"rows": rows, "open_forms": open_forms, "choose": "chon" in request.GET}
    )


@require_GET
@signed_in
def dossier_page(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """One dossier with its state, its unit and officer, what comes next, and what the person can do."""
    return _dossier_page(request, _own(request, dossier_id), {}, "")


def _dossier_page(
    request: HttpRequest, dossier: Dossier, errors: dict[str, str], message: str, status: int = 200
) -> HttpResponse:
    acts = possible(dossier.standing, CITIZEN)
    request_event = dossier.events.filter(act=Act.REQUEST_SUPPLEMENT.value).order_by("-seq").first()
    answer_event = dossier.events.exclude(officer="").order_by("-seq").first()
    context = {
        "dossier": dossier,
        "procedure": presenting.procedure_name(dossier),
        "office": presenting.office_name(dossier.office_code),
        "state": wording.state_words(dossier.state),
        "history": presenting.history(dossier),
        "cards": presenting.dossier_cards(dossier),
        "files": presenting.dossier_files(dossier),
        "can_withdraw": Act.WITHDRAW in acts,
        "asked": request_event.read_note() if request_event and Act.SUPPLEMENT in acts else None,
        "answer": answer_event.read_note() if answer_event else None,
        "closed_badly": dossier.state in {State.NOT_ACCEPTED, State.REFUSED, State.STOPPED},
        "errors": errors,
        "message": message,
        "local": presenting.local,
        "file_size": presenting.file_size,
        "grouped_hash": presenting.grouped_hash,
    }
    return render(request, "dossiers/dossier.html", context, status=status)


@require_GET
@signed_in
def receipt_page(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """After submitting: the code, the QR, what happens next with exact times, the hashes of the files."""
    dossier = _own(request, dossier_id)
    _await_code(dossier)
    return render(request, "dossiers/receipt.html", receipt.facts(dossier))


def _await_code(dossier: Dossier) -> None:
    """The other portal mostly gives its code within a moment: wait that moment, and no longer."""
    fresh = dossier.code is None and country_time.now() - dossier.submitted_at < JUST_SUBMITTED
    for _ in range(CODE_LOOKS if fresh else 0):
        sleep(CODE_PAUSE)
        dossier.refresh_from_db(fields=["code"])
        if dossier.code is not None:
            return


@require_GET
@signed_in
def receipt_pdf(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """The same receipt as a paper (PDF/UA)."""
    dossier = _own(request, dossier_id)
    name = f"{dossier.code or dossier.reference}.pdf"
    return attachment(receipt.pdf(dossier), name, "application/pdf")


@require_GET
@signed_in
def own_file(request: HttpRequest, dossier_id: UUID, row_id: int) -> HttpResponse:
    """A ticket for a file of one's own dossier."""
    row = _own(request, dossier_id).files.filter(pk=row_id).first()
    if row is None:
        raise Http404
    actor = f"profile:{request.profile.pk}"  # type: ignore[attr-defined]
    return HttpResponseRedirect(tickets.issue(tickets.Ticket(row.stored_id, "owner", actor)))


@takes_files
@require_POST
@signed_in
def send_supplement(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Answer the supplement request with files and a message."""
    dossier = _own(request, dossier_id)
    message = request.POST.get("message", "")
    uploads = [(file.name or "", file.read()) for file in request.FILES.getlist("files") if file]
    try:
        if "files" in request.too_large:  # type: ignore[attr-defined]
            raise FileRefused(FileFault.TOO_LARGE)
        supplement(
            dossier.pk,
            request.profile,  # type: ignore[attr-defined]
            request.login,  # type: ignore[attr-defined]
            message=message,
            uploads=uploads,
        )
    except FileRefused as refused:
        name = uploads[0][0] if uploads else ""
        return _dossier_page(request, dossier, {"files": wording.file_fault(refused.fault, name)}, message, 400)
    except ActNotPossible as refused:
        if refused.code == "SUPPLEMENT_EMPTY":
            return _dossier_page(request, dossier, {"files": wording.refusal(refused.code)[0]}, message, 400)
        return refuse(request, refused.code)
    except ActRefused as refused:
        return refuse(request, refused.code)
    return HttpResponseRedirect(reverse("dossier", args=[dossier.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw_page(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Withdraw, after one question."""
    dossier = _own(request, dossier_id)
    if request.method == "POST":
        try:
            withdraw(
                dossier.pk,
                request.profile,  # type: ignore[attr-defined]
                request.login,  # type: ignore[attr-defined]
                reason=request.POST.get("reason", "")[:1000],
            )
        except (ActRefused, ActNotPossible) as refused:
            return refuse(request, refused.code)
        return HttpResponseRedirect(reverse("dossier", args=[dossier.pk]))
    context = {
        "dossier": dossier,
        "procedure": presenting.procedure_name(dossier),
        "back_href": reverse("dossier", args=[dossier.pk]),
    }
    return render(request, "dossiers/withdraw.html", context)
