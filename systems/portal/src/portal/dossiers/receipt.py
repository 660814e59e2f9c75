"""The receipt of a dossier: its facts, its QR code, and the same as a paper (PDF/UA)."""

from __future__ import annotations

from typing import Any

import segno
from django.template.loader import render_to_string
from markupsafe import Markup
from weasyprint import HTML  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

from design import static_dir
from portal.config import CONFIG
from portal.dossiers import presenting, wording
from portal.dossiers.models import Dossier
from portal.i18n import _


def lookup_address(dossier: Dossier) -> str:
    """Where anybody may ask for the state of this dossier."""
    return f"{CONFIG.origin}/tra-cuu?code={dossier.code}"


def qr(dossier: Dossier) -> Markup:
    """The QR code of the look-up as inline SVG, with a text alternative; empty while there is no code."""
    if not dossier.code:
        return Markup()
    code = segno.make(lookup_address(dossier), error="m", micro=False)
    side = code.symbol_size(border=0)[0]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark)
    drawing = (
        '<svg viewBox="0 0 {0} {0}" width="200" height="200" role="img" aria-label="{1}" {2}><path d="{3}"/></svg>'
    )
    crisp = Markup('fill="currentColor" shape-rendering="crispEdges"')
    label = _("QR code to look up dossier %(code)s", code=dossier.code)
    return Markup(drawing).format(side, label, crisp, path)  # noqa: S704 (our own drawing, values escaped)


def facts(dossier: Dossier) -> dict[str, Any]:
    """What the receipt says, for the page and the paper alike."""
    return {
        "dossier": dossier,
        "procedure": presenting.procedure_name(dossier),
        "office": presenting.office_name(dossier.office_code),
        "state": wording.state_words(dossier.state),
        "submitted": presenting.local(dossier.submitted_at),
        "begins": presenting.outside_hours(dossier),
        "history": presenting.history(dossier),
        "files": presenting.dossier_files(dossier),
        "qr": qr(dossier),
        "lookup_address": lookup_address(dossier),
        "file_size": presenting.file_size,
        "grouped_hash": presenting.grouped_hash,
    }


def pdf(dossier: Dossier) -> bytes:
    """The receipt as a tagged PDF in the language of the request; it loads nothing from the network."""
    html = render_to_string("dossiers/receipt_paper.html", facts(dossier))
    document: bytes = HTML(string=html, url_fetcher=_DesignFilesOnly()).write_pdf(pdf_variant="pdf/ua-1")
    return document


class _DesignFilesOnly(URLFetcher):  # type: ignore[misc]
    """Answers for files of the design and for nothing else: a paper may not read the disk or the network."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith(static_dir().as_uri() + "/"):
            raise ValueError("a paper loads nothing from outside")
        return super().fetch(url, headers)
