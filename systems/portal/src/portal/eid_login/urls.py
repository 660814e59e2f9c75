"""Addresses of the relying party."""

from django.urls import path

from portal.eid_login.callback import callback
from portal.eid_login.events import receive
from portal.eid_login.logout import backchannel_logout

urlpatterns = [
    path("vneid/tro-ve", callback, name="eid_callback"),
    path("vneid/su-kien", receive, name="eid_events"),
    path("vneid/backchannel-logout", backchannel_logout, name="eid_backchannel_logout"),
]
