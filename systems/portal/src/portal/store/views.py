"""The store page of the citizen, and the only route of the files origin."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.accounts import audit
from portal.accounts.access import signed_in
from portal.config import CONFIG
from portal.store import tickets, vault
from portal.store.models import Document, StoredFile


@require_GET
@signed_in
def my_store(request: HttpRequest) -> HttpResponse:
    """Everything the state keeps for this person at this portal, newest first, each with its source."""
    documents = Document.objects.filter(profile=request.profile).select_related("file")  # type: ignore[attr-defined]
    return render(request, "store/my_store.html", {"documents": documents.order_by("-added_at", "id")})


@require_GET
@signed_in
def fetch_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A ticket for one's own document; another person's is as if it did not exist."""
    documents = Document.objects.filter(profile=request.profile)  # type: ignore[attr-defined]
    document = documents.filter(pk=document_id).exclude(file=None).first()
    if document is None or document.file_id is None:
        raise Http404
    ticket = tickets.Ticket(document.file_id, "owner", f"profile:{document.profile_id}")
    return HttpResponseRedirect(tickets.issue(ticket))


def _asked_host(request: HttpRequest) -> str:
    return request.get_host().rsplit(":", 1)[0]


@require_GET
def fetch_file(request: HttpRequest, token: str) -> HttpResponse:
    """A file as an attachment, from the files origin only, never shown inside a page."""
    # guard: files-only-from-files-origin
    if _asked_host(request) != CONFIG.files_host:
        raise Http404
    try:
        ticket = tickets.read(token)
    except tickets.TicketRefused:
        return HttpResponse("410", status=410, content_type="text/plain")
    stored = StoredFile.objects.filter(pk=ticket.file_id).first()
    if stored is None:
        raise Http404
    content = vault.take(stored)
    with transaction.atomic():
        audit.record(
            "file.fetched",
            actor=ticket.actor,
            subject=f"file:{stored.pk}",
            detail={"purpose": ticket.purpose, "sha256": stored.sha256},
        )
    return attachment(content, stored.name, stored.media_type)


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A response that a browser can only save (RFC 6266), with nothing in it allowed to run."""
    response = HttpResponse(content, content_type=media_type)
    ascii_name = name.encode("ascii", "ignore").decode().strip() or "tep"
    # guard: files-as-attachment
    response["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
