"""Addresses of the campaign."""

from django.urls import path

from portal.campaign.views import exemptions, freeze, gate, overview, policy, waves

urlpatterns = [
    path("dieu-hanh/tong-quan", overview.overview, name="campaign"),
    path("dieu-hanh/xa/<str:code>.csv", overview.commune_list, name="campaign-list"),
    path("dieu-hanh/dot", waves.waves, name="waves"),
    path("dieu-hanh/dot/tam-dung", waves.freeze, name="campaign-freeze"),
    path("dieu-hanh/dot/<uuid:wave_id>", waves.change, name="wave-change"),
    path("dieu-hanh/thong-bao", waves.notices, name="campaign-notices"),
    path("dieu-hanh/mien-tru", exemptions.exemptions, name="exemptions"),
    path("dieu-hanh/mien-tru/<uuid:exemption_id>", exemptions.approve, name="exemption-approve"),
    path("dieu-hanh/cua", gate.gate, name="gate"),
    path("dieu-hanh/cua/dien-tap", gate.rehearse_now, name="rehearse"),
    path("dieu-hanh/cua/<uuid:decision_id>", gate.sign_second, name="gate-second"),
    path("dieu-hanh/chinh-sach", policy.overview, name="policy"),
    path("dieu-hanh/chinh-sach/de-xuat", policy.new, name="policy-propose"),
    path("dieu-hanh/chinh-sach/rut-lai", policy.withdraw, name="policy-withdraw"),
    path("dieu-hanh/chinh-sach/<uuid:proposal_id>", policy.proposal, name="policy-proposal"),
    path("dong-bang/<str:token>", freeze.page, name="freeze"),
]
