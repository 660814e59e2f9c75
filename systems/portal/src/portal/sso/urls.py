"""Addresses of single sign-on; each answers only in the role it belongs to."""

from django.urls import path

from portal.sso.views import logout, provider, province

urlpatterns = [
    path(".well-known/openid-configuration", provider.configuration, name="sso-configuration"),
    path("sso/jwks", provider.jwks, name="sso-jwks"),
    path("sso/authorize", provider.authorize, name="sso-authorize"),
    path("sso/token", provider.token, name="sso-token"),
    path("sso/bat-dau", province.start, name="sso-start"),
    path("sso/tro-ve", province.callback, name="sso-callback"),
    path("sso/vneid", province.eid_arrived, name="sso-eid-arrived"),
    path("sso/lan-dau", province.first_time, name="sso-first-time"),
    path("sso/da-ket-thuc", province.ended, name="sso-ended"),
    path("sso/backchannel-logout", logout.backchannel_logout, name="sso-backchannel-logout"),
]
