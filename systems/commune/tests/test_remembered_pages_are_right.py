"""The page cache never shows one reader what is another's, nor what is out of date."""

import pytest
from django.test import Client

from commune.frame import page_cache


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """`now["seconds"]`: the process's own clock stands still, however slow the machine is."""
    held = {"seconds": 1000.0}
    monkeypatch.setattr(page_cache, "monotonic", lambda: held["seconds"])
    return held


def hit(response):
    return response.headers.get("X-Page-Cache") == "hit"


def test_second_reading_costs_no_query(reader, notice_address, django_assert_num_queries):
    first = reader.get(notice_address)
    with django_assert_num_queries(0):
        second = reader.get(notice_address)
    assert hit(second)
    assert second.content == first.content
    assert second.headers["Content-Type"] == first.headers["Content-Type"]


def test_languages_are_kept_apart(reader):
    assert "Trang chủ" in reader.get("/").content.decode()
    reader.cookies["__Host-lang"] = "en"
    english = reader.get("/")
    assert not hit(english)
    assert ">Home<" in english.content.decode()


def test_choosing_a_language_is_never_remembered(reader):
    reader.get("/?lang=en")
    other = Client(headers={"host": "tanthanh.localhost:8605"})
    assert not hit(other.get("/?lang=en"))
    assert "Trang chủ" in other.get("/?lang=vi").content.decode()


def test_a_signed_in_editor_neither_fills_nor_gets_it(editor, reader):
    assert not hit(editor.get("/"))
    assert not hit(reader.get("/"))
    assert not hit(editor.get("/"))


def test_publishing_makes_every_page_anew(reader, write_article, django_capture_on_commit_callbacks):
    reader.get("/")
    assert hit(reader.get("/"))
    with django_capture_on_commit_callbacks(execute=True):
        write_article("Tin vừa đăng", at="2024-05-04 14:30")
    assert "Tin vừa đăng" in reader.get("/").content.decode()


def test_another_process_sees_a_publishing_within_a_second(reader, now):
    reader.get("/")
    page_cache.Edition.objects.filter(pk=1).update(number=99)
    assert hit(reader.get("/"))
    now["seconds"] += page_cache.EDITION_SECONDS + 0.1
    assert not hit(reader.get("/"))


def test_errors_searches_and_strange_parameters_are_not_remembered(reader):
    for address in ("/khong-co/", "/tim-kiem/?q=a", "/?x=1", "/tin-tuc/?trang=abc", "/healthz"):
        reader.get(address)
        assert not hit(reader.get(address)), address
