"""National: what happens to accounts is told to every province where the account was used, in the act's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from portal.accounts import between_portals, signals
from portal.accounts.models import PortalAccount, Profile
from portal.config import CONFIG
from portal.sso.issued import subject_of
from portal.sso.models import PairwiseSubject


def listen() -> None:
    """Connect; called once."""
    if not CONFIG.national:
        return
    signals.account_linked.connect(_linked, dispatch_uid="sso.linked")
    signals.link_undone.connect(_undone, dispatch_uid="sso.undone")
    signals.account_frozen.connect(_frozen, dispatch_uid="sso.frozen")
    signals.account_unfrozen.connect(_unfrozen, dispatch_uid="sso.unfrozen")
    signals.logins_ended.connect(_ended, dispatch_uid="sso.ended")


def _linked(account: PortalAccount, profile: Profile, **_: Any) -> None:
    for portal, subject in _used_at(account):
        body = {"sub": subject.sub, "person_sub": subject_of(profile, subject.client_id).sub}
        between_portals.tell(portal, "account-linked", body, secret={"personal_id": str(profile.personal_id)})


def _undone(account: PortalAccount, **_: Any) -> None:
    for portal, subject in _used_at(account):
        between_portals.tell(portal, "link-undone", {"sub": subject.sub})


def _frozen(account: PortalAccount, **_: Any) -> None:
    for portal, subject in _used_at(account):
        between_portals.tell(portal, "account-frozen", {"sub": subject.sub})


def _unfrozen(account: PortalAccount, **_: Any) -> None:
    for portal, subject in _used_at(account):
        between_portals.tell(portal, "account-unfrozen", {"sub": subject.sub})


def _ended(account: PortalAccount, **_: Any) -> None:
    for portal, subject in _used_at(account):
        between_portals.tell(portal, "login-ended", {"sub": subject.sub})


def _used_at(account: PortalAccount) -> Iterator[tuple[str, PairwiseSubject]]:
    """The provinces that know the old account, and by which name."""
    names = {urlsplit(origin).hostname: name for name, origin in between_portals.addresses().items()}
    for subject in PairwiseSubject.objects.filter(profile_id=account.profile_id):
        if subject.client_id in names:
            yield names[subject.client_id], subject
