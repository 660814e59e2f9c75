"""Addresses of the catalogue."""

from django.urls import path

from portal.catalogue import views

urlpatterns = [
    path("thu-tuc", views.procedures, name="procedures"),
    path("thu-tuc/<str:code>", views.procedure, name="procedure"),
]
