"""Addresses of the old site and of merged communes answer 301; an archived article keeps the names of its time."""

import pytest


def test_old_address_of_the_notice_leads_to_it(reader, notice_address):
    response = reader.get("/chi-tiet-tin/-/view-article/1/1520586480132/1714808383758")
    assert response.status_code == 301
    assert response.headers["Location"] == notice_address


@pytest.mark.parametrize("tail", ["1/1", "5/99999999999999999999999999", "x/y", "1/-1"])
def test_unknown_old_addresses_are_not_found(reader, tail):
    assert reader.get(f"/chi-tiet-tin/-/view-article/1/{tail}").status_code in {301, 404}
    assert reader.get(f"/chi-tiet-tin/-/view-article/1/{tail}", follow=True).status_code == 404


def test_a_merged_commune_leads_to_the_same_path_here(reader):
    old = "/chi-tiet-tin/-/view-article/1/5/1714808383758"
    response = reader.get(old, headers={"host": "xacu.localhost:8605"})
    assert response.status_code == 301
    assert response.headers["Location"] == "http://tanthanh.localhost:8605" + old


def test_an_archived_article_keeps_the_old_names(reader, write_article):
    page = write_article("Tin năm cũ", archived_commune="Xã Cũ", archived_district="Huyện Cũ")
    assert "Chi tiết tin - Xã Cũ - Huyện Cũ" in reader.get(page.url).content.decode()
