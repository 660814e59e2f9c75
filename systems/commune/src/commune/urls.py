"""The only place where addresses meet what answers them. Pages of the tree (news, notices …) come last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtail_admin_urls
from wagtail.documents import urls as wagtail_document_urls

from commune.frame import views as frame
from commune.news.feed import rss
from commune.news.legacy_address import old_article
from commune.organisation.views import procedures
from commune.schedule.views import week
from commune.search.views import search

urlpatterns = [
    path("healthz", frame.healthz),
    path("cong/quoc-gia", frame.portal),
    path("cong/tinh", frame.portal),
    path("tim-kiem/", search, name="search"),
    path("lich-lam-viec/", week, name="schedule"),
    path("thu-tuc/", procedures, name="procedures"),
    path("tin-tuc/rss.xml", rss, name="rss"),
    path("chi-tiet-tin/-/view-article/1/<int:category_id>/<int:article_id>", old_article),
    path("quan-tri/", include(wagtail_admin_urls)),
    path("tep/", include(wagtail_document_urls)),
    path("", include(wagtail_urls)),
]

handler404 = frame.not_found
handler403 = frame.refused
handler500 = frame.failed
