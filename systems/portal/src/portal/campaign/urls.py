"""Addresses of the campaign."""

from django.urls import path

from portal.campaign.views import freeze, policy

urlpatterns = [
    path("dieu-hanh/chinh-sach", policy.overview, name="policy"),
    path("dieu-hanh/chinh-sach/de-xuat", policy.new, name="policy-propose"),
    path("dieu-hanh/chinh-sach/rut-lai", policy.withdraw, name="policy-withdraw"),
    path("dieu-hanh/chinh-sach/<uuid:proposal_id>", policy.proposal, name="policy-proposal"),
    path("dong-bang/<str:token>", freeze.page, name="freeze"),
]
