"""Guessing an editor's password stops being listened to, in the same words whether or not the name exists."""

from datetime import timedelta

import pytest

from commune.editors import sign_in
from commune.editors.accounts import EditorRefused, add_editor
from commune.editors.models import FailedSignIn

RIGHT = "mat-khau-rieng-2024"
LIMITED = "Đã đăng nhập sai nhiều lần. Xin thử lại sau 15 phút."


def attempt(client, name, password):
    response = client.post("/quan-tri/login/", {"username": name, "password": password})
    return response.status_code == 302, response.content.decode()


def test_five_failures_close_the_name(reader):
    add_editor("bientap", "", RIGHT)
    for _ in range(5):
        signed_in, body = attempt(reader, "bientap", "sai")
        assert not signed_in
        assert LIMITED not in body
    signed_in, body = attempt(reader, "BienTap", RIGHT)
    assert not signed_in
    signed_in, body = attempt(reader, "bientap", RIGHT)
    assert not signed_in
    assert LIMITED in body


def test_a_name_that_does_not_exist_is_limited_alike(reader):
    for _ in range(5):
        assert LIMITED not in attempt(reader, "khong-co-ai", "sai")[1]
    assert LIMITED in attempt(reader, "khong-co-ai", "sai")[1]


def test_twenty_failures_close_the_address(reader):
    add_editor("bientap", "", RIGHT)
    for number in range(20):
        attempt(reader, f"ten-{number}", "sai")
    assert attempt(reader, "bientap", RIGHT)[0] is False


def test_the_door_opens_again_after_the_window(reader):
    add_editor("bientap", "", RIGHT)
    for _ in range(5):
        attempt(reader, "bientap", "sai")
    for failure in FailedSignIn.objects.all():
        failure.at -= sign_in.WINDOW + timedelta(seconds=1)
        failure.save()
    assert attempt(reader, "bientap", RIGHT)[0]
    assert sign_in.forget_failures() > 0


def test_failures_keep_no_name_and_no_address(reader):
    attempt(reader, "bientap", "sai")
    for failure in FailedSignIn.objects.all():
        assert len(bytes(failure.key)) == 32
        assert b"bientap" not in bytes(failure.key)
        assert b"127.0.0.1" not in bytes(failure.key)


def test_weak_passwords_are_refused(db):
    for weak in ("ngan", "password1234", "bientap-bientap"):
        with pytest.raises(EditorRefused):
            add_editor("bientap-bientap", "", weak)


def test_a_made_password_works_and_is_not_kept(reader):
    made = add_editor("bientap", "Lan", None)
    assert len(made) >= 20
    from commune.editors.models import Editor

    assert made not in Editor.objects.get(username="bientap").password
    assert attempt(reader, "bientap", made)[0]
