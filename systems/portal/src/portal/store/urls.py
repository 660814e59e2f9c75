"""Addresses of the store, and the one address of the files origin."""

from django.urls import path

from portal.store import views

urlpatterns = [
    path("kho-du-lieu", views.my_store, name="my-store"),
    path("kho-du-lieu/<uuid:document_id>/tai-ve", views.fetch_document, name="fetch-document"),
    path("tep/<path:token>", views.fetch_file, name="fetch-file"),
]
