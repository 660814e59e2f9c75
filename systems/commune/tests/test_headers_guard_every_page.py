"""Public pages run under a strict policy; the editor under its own; cookies are bound to this host."""

import re

import pytest


def policy(response):
    directives = (part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    return {words[0]: words[1] if len(words) > 1 else "" for words in directives}


def test_public_pages_allow_no_inline_code(reader, routes):
    for route in [*routes, "/tin-tuc/rss.xml", "/healthz"]:
        response = reader.get(route)
        found = policy(response)
        assert found["default-src"] == "'none'"
        assert re.fullmatch(r"'nonce-[\w-]{20,}'", found["script-src"])
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert found["frame-ancestors"] == "'none'"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_hold_no_inline_style_or_script(reader, routes):
    for route in routes:
        body = reader.get(route).content.decode()
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", body), route


def test_the_nonce_is_new_even_for_a_remembered_page(reader):
    first, second = reader.get("/"), reader.get("/")
    assert second.headers.get("X-Page-Cache") == "hit"
    assert policy(first)["script-src"] != policy(second)["script-src"]


def test_the_editor_has_its_own_policy(reader, editor):
    for response in (reader.get("/quan-tri/login/"), editor.get("/quan-tri/")):
        found = policy(response)
        assert found["script-src"] == "'self'"
        assert found["frame-ancestors"] == "'self'"
        assert found["form-action"] == "'self'"
        assert "no-store" in response.headers["Cache-Control"] or "private" in response.headers["Cache-Control"]


def test_the_editor_runs_known_scripts_only():
    from commune.editors.admin_headers import admin_policy

    known = b'<script>initDateChooser("id_day", {"format": "Y-m-d"});</script>'
    assert "'sha256-" in admin_policy(known)
    for strange in (
        b"<script>alert(1)</script>",
        b'<script>initDateChooser("id", {"a": alert(1)});</script>',
        b'<script>initDateChooser("id", {});alert(1)</script>',
        b'<script> (function() { var panel = new InlinePanel(JSON.parse("a"); evil("")); })(); </script>',
        b"<script>initDateChooser(`id`, {});</script>",
        b'<script>initDateChooser("id", {"a": "\\u0022"});</script>',
        b'<script nonce="x">initDateChooser("id", {});</script>',
    ):
        assert "sha256" not in admin_policy(strange), strange
        assert "unsafe-inline" not in admin_policy(strange).split(";")[1]


def test_cookies_are_bound_to_the_host(reader, editor):
    reader.get("/quan-tri/login/")
    reader.get("/?lang=en")
    cookies = [*reader.cookies.values(), *editor.cookies.values()]
    assert {cookie.key for cookie in cookies} == {"__Host-commune-csrf", "__Host-commune-session", "__Host-lang"}
    for cookie in cookies:
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_readers_get_no_cookie(reader, routes):
    for route in routes:
        assert not reader.get(route).cookies


def test_session_id_changes_at_sign_in(db):
    from django.test import Client

    from commune.editors.accounts import add_editor

    add_editor("bientap", "", "mat-khau-rieng-2024")
    client = Client(headers={"host": "tanthanh.localhost:8605"})
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies["__Host-commune-session"] = planted
    client.post("/quan-tri/login/", {"username": "bientap", "password": "mat-khau-rieng-2024"})
    assert client.cookies["__Host-commune-session"].value != planted


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]


@pytest.mark.parametrize("next_address", ELSEWHERE)
def test_sign_in_never_redirects_elsewhere(reader, next_address):
    from commune.editors.accounts import add_editor

    add_editor("bientap", "", "mat-khau-rieng-2024")
    form = {"username": "bientap", "password": "mat-khau-rieng-2024", "next": next_address}
    assert reader.post("/quan-tri/login/", form).headers["Location"] == "/quan-tri/"


def test_strange_hosts_are_refused(reader):
    assert reader.get("/", headers={"host": "evil.example"}).status_code == 400
