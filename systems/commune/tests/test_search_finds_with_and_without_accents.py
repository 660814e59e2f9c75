"""`Huong Hoa` finds `Hướng Hóa`; what has the accents exactly as typed comes first; nothing typed can break it."""

import unicodedata

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commune.search.index import find, words
from kernel import country_time


def titles(client, asked):
    page = BeautifulSoup(client.get("/tim-kiem/", {"q": asked}).content, "html.parser")
    return [link.get_text() for link in page.select("main .mc-rows a") if not link.find_parent("aside")]


NFD = unicodedata.normalize("NFD", "Hướng Hóa")
ODD = ["", "   ", "!!!", "'", "a' | b:*", "<script>alert(1)</script>", "%00", "\x00", "x" * 5000]


@pytest.mark.parametrize("asked", ["Hướng Hóa", "huong hoa", "HUONG HOA", "hướng hoá", NFD, "huong  ho", "hóa, hướng!"])
def test_every_way_of_typing_finds_it(reader, write_article, asked):
    write_article("Hội nghị tại Hướng Hóa")
    assert "Hội nghị tại Hướng Hóa" in titles(reader, asked)


def test_exact_accents_come_first(reader, write_article):
    write_article("Hoa ban nở", at="2024-05-03 08:00")
    write_article("Hóa đơn điện tử", at="2024-05-01 08:00")
    write_article("Hòa giải ở thôn", at="2024-05-02 08:00")
    assert titles(reader, "hóa")[0] == "Hóa đơn điện tử"
    assert titles(reader, "hòa")[0] == "Hòa giải ở thôn"
    assert {"Hoa ban nở", "Hóa đơn điện tử", "Hòa giải ở thôn"} <= set(titles(reader, "hoa"))


def test_words_of_the_body_are_found(reader):
    assert "Từ ngày 01/7/2024, chỉ dùng tài khoản VNeID" in titles(reader, "thong tin dinh danh")[0]


def test_all_words_must_be_there(reader):
    assert titles(reader, "tiem phong bongchuyen") == []


def test_notices_and_the_introduction_are_found(reader):
    assert "Nhận đơn học nghề ngắn hạn" in titles(reader, "hoc nghe")
    assert "Giới thiệu" in titles(reader, "Hồ Văn Thiện")


def test_nothing_found_helps_on(reader):
    assert "Xin thử ít từ hơn" in reader.get("/tim-kiem/?q=khongcogi").content.decode()


@pytest.mark.parametrize("asked", ODD)
def test_odd_questions_are_answered(reader, asked):
    response = reader.get("/tim-kiem/", {"q": asked})
    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(max_size=40))
def test_any_text_is_a_question(db, asked):
    list(find(asked.replace("\x00", ""), country_time.now())[:3])
    assert len(words(asked)) <= 12
