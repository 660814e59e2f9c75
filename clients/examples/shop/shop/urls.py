"""The shop's addresses; the last line came with the e-ID."""

from django.urls import path

from portalkit import django_door
from shop import eid, views

urlpatterns = [
    path("", views.home),
    path("dang-nhap", views.old_sign_in),
    path("dang-xuat", views.sign_out),
    *django_door.urls(eid.door()),
]
