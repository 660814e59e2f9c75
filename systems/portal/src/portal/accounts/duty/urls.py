"""Addresses of duty accounts."""

from django.urls import path

from portal.accounts.duty import views

urlpatterns = [
    path("cong-vu", views.choose, name="duty-choose"),
    path("quan-tri/phan-quyen", views.table, name="duty-table"),
    path("quan-tri/phan-quyen/<uuid:grant_id>/duyet", views.approve_grant, name="duty-approve"),
    path("quan-tri/phan-quyen/<uuid:grant_id>/ket-thuc", views.end_grant, name="duty-end"),
]
