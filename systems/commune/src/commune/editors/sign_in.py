"""The editor's sign-in, guarded against guessing.

Five failures for one name or twenty from one address in fifteen minutes (real clock) close that door for the rest of
the fifteen minutes, with the same words whether or not the name exists. Counted before the password is looked at.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from wagtail.admin.forms.auth import LoginForm

from commune.editors.models import FailedSignIn
from commune.words import gettext_lazy as _

WINDOW = timedelta(minutes=15)
PER_NAME = 5
PER_ADDRESS = 20


def _blind(kind: str, value: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"{kind}\n{value.casefold()}".encode(), sha256)


def _failures(key: bytes) -> int:
    return FailedSignIn.objects.filter(key=key, at__gt=timezone.now() - WINDOW).count()


class GuardedLoginForm(LoginForm):
    """Wagtail's form, which stops listening after too many failures."""

    error_messages = {**LoginForm.error_messages, "invalid_login": _("The name or the password is not right.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember")
        for name, label in (("username", _("Editor's name")), ("password", _("Password"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder")

    def clean(self) -> dict[str, Any]:
        keys = [_blind("name", str(self.cleaned_data.get("username", "")))]
        keys.append(_blind("address", self.request.META.get("REMOTE_ADDR", "")))
        # guard: editor-sign-in-limit
        if _failures(keys[0]) >= PER_NAME or _failures(keys[1]) >= PER_ADDRESS:
            raise forms.ValidationError(_("Too many failed attempts. Please try again in 15 minutes."), code="limited")
        try:
            cleaned: dict[str, Any] = super().clean()
        except forms.ValidationError:
            FailedSignIn.objects.bulk_create([FailedSignIn(key=key, at=timezone.now()) for key in keys])
            raise
        FailedSignIn.objects.filter(key=keys[0]).delete()
        return cleaned


def forget_failures() -> int:
    """Removes failures that no longer count; returns how many."""
    return FailedSignIn.objects.filter(at__lt=timezone.now() - WINDOW).delete()[0]
