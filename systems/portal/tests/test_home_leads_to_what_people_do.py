"""The first page leads to sign-in, to procedures and to the look-up, also while the catalogue is empty."""

from __future__ import annotations

import dossier_kit as kit
import pytest
from django.test import Client

from conftest import login_eid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy_until_july")]


def test_procedures_often_used_and_the_look_up_are_one_click_away(client: Client) -> None:
    kit.seed_catalogue()
    page = client.get("/").content.decode()
    assert 'href="/thu-tuc/1.004194"' in page
    assert "10 thủ tục" in page
    assert 'action="/tra-cuu"' in page


def test_an_empty_catalogue_says_so(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Chưa có thủ tục nào được công bố." in page
    assert 'href="/thu-tuc/1.004194"' not in page


def test_sign_in_is_offered_until_one_is_signed_in(client: Client) -> None:
    assert '<a href="/dang-nhap">Đăng nhập</a>' in client.get("/").content.decode()
    login_eid(client)
    page = client.get("/").content.decode()
    assert '<a href="/dang-nhap">Đăng nhập</a>' not in page
    assert "Đăng xuất" in page
