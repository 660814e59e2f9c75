""" "Các tin khác": six a page, newest first, same category, the current one left out, hidden when there is none."""

from bs4 import BeautifulSoup

from commune.news.models import ArticlePage, Category


def other_news(client, address):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    section = page.select_one("section[aria-labelledby=cac-tin-khac]")
    return section, [link.get_text() for link in section.select(".mc-rows a")] if section else []


def test_six_a_page_newest_first(reader, notice_address):
    section, first = other_news(reader, notice_address)
    assert section.h2.get_text() == "Các tin khác"
    assert len(first) == 6
    assert first[0] == "Lịch tiêm phòng dại cho chó, mèo đợt 1 năm 2024"
    _, second = other_news(reader, notice_address + "?trang=2")
    same = ArticlePage.objects.filter(category__name="Tin hoạt động của xã").exclude(legacy_id=1714808383758)
    assert first + second == [page.title for page in same.order_by("-published_at")]
    assert section.select_one("a[rel=next]")["href"] == "?trang=2#cac-tin-khac"


def test_current_one_is_left_out(reader, notice_address, write_article):
    newer = write_article("Tin mới hơn", at="2024-05-04 14:00")
    assert "Tin mới hơn" in other_news(reader, notice_address)[1]
    assert "Tin mới hơn" not in other_news(reader, newer.url)[1]


def test_other_categories_are_left_out(reader, notice_address):
    titles = other_news(reader, notice_address)[1] + other_news(reader, notice_address + "?trang=2")[1]
    assert "Sôi nổi giải bóng chuyền các thôn" not in titles


def test_hidden_when_there_is_none(reader, write_article):
    alone = write_article("Tin duy nhất", category=Category.objects.create(name="Chuyên mục mới"))
    response = reader.get(alone.url)
    assert other_news(reader, alone.url) == (None, [])
    assert "Các tin khác" not in response.content.decode()


def test_a_page_number_that_is_none_gives_the_nearest(reader, notice_address):
    first, last = other_news(reader, notice_address)[1], other_news(reader, notice_address + "?trang=2")[1]
    assert other_news(reader, notice_address + "?trang=99")[1] == last
    for bad in ("0", "-1", "hai", "1e3", "%00", "९"):
        assert other_news(reader, f"{notice_address}?trang={bad}")[1] in (first, last)


def test_undue_and_unpublished_are_left_out(reader, notice_address, write_article):
    write_article("Tin của ngày mai", at="2024-05-05 08:00")
    write_article("Tin còn nháp", publish=False)
    titles = other_news(reader, notice_address)[1] + other_news(reader, notice_address + "?trang=2")[1]
    assert not {"Tin của ngày mai", "Tin còn nháp"} & set(titles)
