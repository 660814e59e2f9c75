"""Addresses of the one-stop desk."""

from django.urls import path

from portal.desk import views

urlpatterns = [
    path("mot-cua", views.waiting, name="desk-queue"),
    path("mot-cua/dang-giai-quyet", views.in_hand, name="desk-in-hand"),
    path("mot-cua/ho-so/<uuid:dossier_id>", views.dossier_page, name="desk-dossier"),
    path("mot-cua/ho-so/<uuid:dossier_id>/tra-loi", views.answer, name="desk-answer"),
    path("mot-cua/ho-so/<uuid:dossier_id>/doi-chieu", views.compare_page, name="desk-compare"),
    path("mot-cua/ho-so/<uuid:dossier_id>/tep/<int:row_id>", views.fetch_file, name="desk-file"),
]
