"""May this login change anything of this profile now? Asked inside every transaction of a citizen's act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import models

from portal.accounts import policy
from portal.accounts.models import PortalAccount, State
from portal.accounts.sessions import LoginRecord
from portal.sso.frozen import is_frozen


class ActNotPossible(Exception):
    """A citizen's act that cannot be done; `code` is stable and has its own text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def citizen_act(login: LoginRecord) -> Iterator[None]:
    """A transaction of the person behind `login`: judged by the date at its begin and end, refused while frozen.

    Raises `policy.OldLoginRefused` or ActNotPossible("ACCOUNT_FROZEN"); then nothing remains.
    """
    with policy.acting(login):
        frozen = PortalAccount.objects.filter(profile_id=login.profile_id, state=State.FROZEN)
        # guard: frozen-account-read-only
        if frozen.exists():
            raise ActNotPossible("ACCOUNT_FROZEN")
        yield


def refuse_frozen(record: models.Model, owner: UUID) -> None:
    """Raises ActNotPossible("ACCOUNT_FROZEN") for what a frozen account brought to `owner`: it is read, not changed."""
    # guard: frozen-holdings-read-only
    if is_frozen(record, owner):
        raise ActNotPossible("ACCOUNT_FROZEN")
