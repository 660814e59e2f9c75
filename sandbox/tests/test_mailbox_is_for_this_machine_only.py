"""The test mailbox shows everybody's codes: only our systems may write, only this machine's page may read."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sandbox.outbox.app import create_app
from sandbox.outbox.store import Store

ORIGIN = "http://sandbox.localhost:8600"


@pytest.fixture
def mailbox(tmp_path: Path) -> TestClient:
    return TestClient(create_app(Store(tmp_path / "o.ndjson"), "token", ORIGIN, "run"), base_url=ORIGIN)


def send(mailbox: TestClient, **facts: str) -> int:
    body = {"to": "0900000123", "text": "Mã xác thực: 402917", "from": "Cổng"} | facts
    return mailbox.post("/gateway/sms", json=body, headers={"Authorization": "Bearer token"}).status_code


def test_what_systems_send_is_shown_newest_first(mailbox: TestClient) -> None:
    assert send(mailbox) == 202
    assert send(mailbox, text="Mã xác thực: 111222") == 202
    page = mailbox.get("/").text
    assert page.index("111222") < page.index("402917")
    assert [m["id"] for m in mailbox.get("/api/messages?since=1").json()] == [2]


def test_another_host_name_reads_nothing(mailbox: TestClient) -> None:
    send(mailbox)
    for path in ("/", "/people", "/api/messages"):
        answer = mailbox.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 421
        assert "402917" not in answer.text


def test_without_the_token_nothing_is_kept(mailbox: TestClient) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        assert mailbox.post("/gateway/sms", json={"to": "1", "text": "2"}, headers=headers).status_code == 401
    assert mailbox.get("/api/messages").json() == []


def test_broken_bodies_get_an_error_and_keep_nothing(mailbox: TestClient) -> None:
    for body in (b"", b"[]", b"{}", b'{"to": 1}', b"\xff", b"x" * 30_000):
        answer = mailbox.post("/gateway/sms", content=body, headers={"Authorization": "Bearer token"})
        assert answer.status_code in (400, 413)
    assert mailbox.get("/api/messages").json() == []


def test_markup_in_a_message_is_text(mailbox: TestClient) -> None:
    send(mailbox, text="<script>alert(1)</script>")
    assert "<script>alert(1)" not in mailbox.get("/").text


def test_a_restart_shows_the_same_messages(tmp_path: Path) -> None:
    Store(tmp_path / "o.ndjson").add("sms", "0900000123", "Cổng", "", "xin chào")
    assert Store(tmp_path / "o.ndjson").find("0900000123")[0].text == "xin chào"
