"""The feed is RSS 2.0 with absolute addresses of this site, newest first."""

from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest


@pytest.fixture
def channel(reader):
    response = reader.get("/tin-tuc/rss.xml")
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == "rss"
    assert root.attrib["version"] == "2.0"
    return root.find("channel")


def test_channel_has_what_rss_requires(channel):
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert channel.findtext(name)
    assert channel.findtext("title") == "Tin tức - Xã Tân Thành"


def test_items_are_absolute_dated_and_newest_first(channel):
    items = channel.findall("item")
    assert items[0].findtext("title").startswith("Từ ngày 01/7/2024")
    assert items[0].findtext("pubDate") == "Sat, 04 May 2024 14:49:00 +0700"
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in items]
    assert dates == sorted(dates, reverse=True)
    for item in items:
        assert item.findtext("link").startswith("http://tanthanh.localhost:8605/tin-tuc/")
        assert item.findtext("guid") == item.findtext("link")


def test_every_page_names_the_feed(reader):
    assert 'type="application/rss+xml"' in reader.get("/").content.decode()
