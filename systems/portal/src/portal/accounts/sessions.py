"""Who is signed in, and by which login. The session carries the login that made it; ending logins ends sessions.

`start_login` changes the session id (fixation), `current` reads the record, `end_sessions` ends by what made them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from portal.accounts.models import LoginSession, Profile

# What an unfinished sign-in, registration or link of whoever sat here before has left; it must not become his.
LEFT_BEHIND = ("eid_result", "register_word", "sign_in", "recovery", "registration")
How = Literal["old", "eid", "sso"]


@dataclass(frozen=True)
class LoginRecord:
    """The login behind a session.

    `how`: "old" (password and SMS code here), "eid" (the e-ID), "sso" (the national portal). `auth_time` and
    `started_at` are Unix seconds of the real clock. `upstream` is the login that made an SSO login:
    `{"how", "sid", "auth_time", "acr", "amr"}`. `confirmed_at`: when the upstream login was last confirmed alive.
    """

    how: How
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    sid: str
    issuer: str
    sub: str
    profile_id: UUID
    portal_account_id: UUID | None = None
    upstream: dict[str, Any] | None = None
    started_at: int = field(default_factory=lambda: int(datetime.now(UTC).timestamp()))
    confirmed_at: int = field(default_factory=lambda: int(datetime.now(UTC).timestamp()))

    @property
    def made_by_old_login(self) -> bool:
        """Did a password of an old account make this session, here or upstream?"""
        return self.how == "old" or (self.how == "sso" and (self.upstream or {}).get("how") != "eid")

    @property
    def level(self) -> int:
        """e-ID level of the sign-in: 0 (not an e-ID sign-in), 1 or 2."""
        acr = self.acr if self.how == "eid" else str((self.upstream or {}).get("acr", ""))
        return {"urn:motcua:acr:eid1": 1, "urn:motcua:acr:eid2": 2}.get(acr, 0)

    def to_json(self) -> dict[str, Any]:
        """As kept in the sealed session data."""
        account = str(self.portal_account_id) if self.portal_account_id else None
        return asdict(self) | {"profile_id": str(self.profile_id), "portal_account_id": account}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LoginRecord:
        """The inverse of `to_json`."""
        account = data["portal_account_id"]
        return cls(
            **(
                data
                | {
                    "amr": tuple(data["amr"]),
                    "profile_id": UUID(data["profile_id"]),
                    "portal_account_id": UUID(account) if account else None,
                }
            )
        )

    def fill(self, row: LoginSession) -> None:
        """Copy the columns by which sessions are found and ended."""
        upstream = self.upstream or {}
        row.how, row.upstream_how = self.how, upstream.get("how", "")
        row.portal_account_id, row.profile_id = self.portal_account_id, self.profile_id
        row.door_issuer, row.sid, row.upstream_sid = self.issuer, self.sid, upstream.get("sid", "")
        row.auth_time = datetime.fromtimestamp(self.auth_time, UTC)
        row.started_at = datetime.fromtimestamp(self.started_at, UTC)
        row.confirmed_at = datetime.fromtimestamp(self.confirmed_at, UTC)


def start_login(request: HttpRequest, record: LoginRecord) -> None:
    """Make this browser signed in by `record`. What belonged to another login is dropped, the session id changes."""
    for key in LEFT_BEHIND:
        request.session.pop(key, None)
    previous = current(request)
    if previous is not None and previous.profile_id != record.profile_id:
        request.session.flush()
    # guard: session-id-changes
    request.session.cycle_key()
    request.session["login"] = record.to_json()
    request.session.save()
    attach(request, record)


def current(request: HttpRequest) -> LoginRecord | None:
    """The login of this request's session, None when nobody is signed in."""
    data = request.session.get("login")
    return LoginRecord.from_json(data) if data else None


def confirm(request: HttpRequest) -> None:
    """Note that the upstream login was just confirmed alive."""
    record = current(request)
    if record is not None:
        renewed = replace(record, confirmed_at=int(datetime.now(UTC).timestamp()))
        request.session["login"] = renewed.to_json()
        attach(request, renewed)


def logout(request: HttpRequest) -> None:
    """End this browser's session, data and id together."""
    request.session.flush()
    attach(request, None)


def end_one(record: LoginRecord) -> None:
    """Somebody leaves: everything that this one old login has opened ends with it (also by single sign-on)."""
    from portal.accounts import signals
    from portal.accounts.models import PortalAccount

    if record.portal_account_id is None:
        return
    account = PortalAccount.objects.filter(pk=record.portal_account_id).first()
    if account is not None:
        signals.logins_ended.send(sender=None, account=account, profile=account.profile, sids=[record.sid])


def end_sessions(
    *,
    portal_account: UUID | None = None,
    upstream_sid: str | None = None,
    eid_sid: str | None = None,
    profile: UUID | None = None,
) -> int:
    """End every session that any of the given logins made; returns how many. In the caller's transaction.

    `portal_account`: sessions of that old account's own login. `profile`: every session of the person, e-ID included.
    """
    which = Q(pk__in=[])
    if portal_account is not None:
        which |= Q(portal_account_id=portal_account)
    if upstream_sid:
        which |= Q(upstream_sid=upstream_sid)
    if eid_sid:
        which |= Q(sid=eid_sid, how="eid") | Q(upstream_sid=eid_sid)
    if profile is not None:
        which |= Q(profile_id=profile)
    count, _ = LoginSession.objects.filter(which).delete()
    return count


def attach(request: HttpRequest, record: LoginRecord | None) -> None:
    """Put the login and its person on the request: `request.login`, `request.profile`."""
    request.login = record  # type: ignore[attr-defined]
    request.profile = Profile.objects.filter(pk=record.profile_id).first() if record else None  # type: ignore[attr-defined]
