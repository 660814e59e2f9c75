"""Addresses of dossiers, forms and the look-up."""

from django.urls import path

from portal.dossiers.views import check_pages, form_pages, lookup, mine

urlpatterns = [
    path("thu-tuc/<str:code>/nop", form_pages.start, name="start-draft"),
    path("ho-so", mine.my_dossiers, name="my-dossiers"),
    path("ho-so/ban-nhap/<uuid:draft_id>/kiem-tra", check_pages.check, name="draft-check"),
    path("ho-so/ban-nhap/<uuid:draft_id>/hoi-lai", form_pages.ask_again, name="draft-ask-again"),
    path("ho-so/ban-nhap/<uuid:draft_id>/bo", check_pages.discard, name="draft-discard"),
    path("ho-so/ban-nhap/<uuid:draft_id>/<slug:step_id>", form_pages.step, name="draft-step"),
    path("ho-so/<uuid:dossier_id>", mine.dossier_page, name="dossier"),
    path("ho-so/<uuid:dossier_id>/bien-nhan", mine.receipt_page, name="receipt"),
    path("ho-so/<uuid:dossier_id>/bien-nhan.pdf", mine.receipt_pdf, name="receipt-pdf"),
    path("ho-so/<uuid:dossier_id>/tep/<int:row_id>", mine.own_file, name="own-file"),
    path("ho-so/<uuid:dossier_id>/bo-sung", mine.send_supplement, name="send-supplement"),
    path("ho-so/<uuid:dossier_id>/rut", mine.withdraw_page, name="withdraw"),
    path("tra-cuu", lookup.look_up, name="look-up"),
]
