"""Making an editor."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from commune.editors import group
from commune.editors.models import Editor


class EditorRefused(ValueError):
    """The account cannot be made; the text says why in one line."""


def add_editor(username: str, name: str, password: str | None) -> str:
    """Makes an editor, or gives an existing one a new password; returns the password. Raises EditorRefused."""
    editor = Editor.objects.filter(username=username).first() or Editor(username=username)
    editor.first_name = name or editor.first_name
    if password is None:
        password = secrets.token_urlsafe(15)
    try:
        editor.full_clean(exclude=["password"])
        validate_password(password, editor)
    except ValidationError as refusal:
        raise EditorRefused(" ".join(refusal.messages)) from refusal
    editor.set_password(password)
    editor.save()
    editor.groups.add(Group.objects.get(name=group.NAME))
    return password
