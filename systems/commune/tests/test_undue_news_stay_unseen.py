"""Only live pages whose publish time has come on the country's clock are shown, anywhere."""

import pytest

PLACES = ["/", "/tin-tuc/", "/tim-kiem/?q=bí+mật", "/tin-tuc/rss.xml"]


@pytest.fixture
def seen(reader):
    def look(page):
        found = {place for place in PLACES if page.title in reader.get(place).content.decode()}
        return found | ({page.url} if reader.get(page.url).status_code == 200 else set())

    return look


def test_draft_is_unseen(seen, write_article):
    page = write_article("Tin bí mật", publish=False)
    assert seen(page) == set()


def test_future_news_are_unseen_until_their_minute(seen, write_article, country_at):
    page = write_article("Tin bí mật", at="2024-05-06 08:00")
    assert seen(page) == set()
    country_at("2024-05-06 07:59:50")
    assert seen(page) == set()
    country_at("2024-05-06 08:00:00")
    assert seen(page) == {*PLACES, page.url}


def test_unpublished_news_vanish(seen, write_article):
    page = write_article("Tin bí mật", at="2024-05-04 14:00")
    assert seen(page) == {*PLACES, page.url}
    page.unpublish()
    assert seen(page) == set()


def test_old_address_of_undue_news_tells_nothing(reader, write_article):
    write_article("Tin bí mật", at="2024-05-06 08:00", legacy_id=1700000000001)
    assert reader.get("/chi-tiet-tin/-/view-article/1/5/1700000000001").status_code == 404
