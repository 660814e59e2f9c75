"""What every link does once it was decided, by its owner or by the desk: move, end the old powers, tell both sides.

Called inside the transaction of the act, under the account's lock. It decides nothing.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kernel import country_time
from portal.accounts import audit, codes, holdings, ledger, messages, signals
from portal.accounts.models import AccountLink, ContactPoint, FreezeToken, LoginSession, PortalAccount, Profile, State
from portal.accounts.moments import now_text
from portal.accounts.sessions import end_sessions
from portal.accounts.undoing import FREEZE_FOR
from portal.sealing import blind

TEXTS = {"link": "linked", "late": "late_linked", "desk": "claimed"}


@dataclass(frozen=True)
class Basis:
    """What the link rests on. `how`: link, late or desk; `evidence` without names, numbers or tokens."""

    issuer: str
    sub: str
    level: int
    how: str
    evidence: dict[str, Any]
    actor: str
    addresses: tuple[tuple[str, str | None], ...] = field(default=(), repr=False)


def write(account: PortalAccount, profile: Profile, basis: Basis) -> AccountLink:
    """Make the account the person's. Returns the link, whose snapshot says what moved."""
    held = holdings.move(holdings.snapshot(account.profile_id), profile.pk)
    link = AccountLink.objects.create(
        portal_account=account,
        profile=profile,
        issuer=basis.issuer,
        sub=basis.sub,
        level=basis.level,
        how=basis.how,
        evidence=basis.evidence,
        linked_at=country_time.now(),
        snapshot_hash=holdings.digest(held),
        snapshot=_snapshot(account, held),
    )
    _tell_old_side(account, link)
    ledger.because("linked", actor=basis.actor, how=basis.how, level=basis.level, moved=len(held))
    _end_old_powers(account, profile, State.CLAIMED if basis.how == "desk" else State.LINKED)
    _tell_person(profile, account, basis)
    detail = {"moved": len(held), "snapshot": link.snapshot_hash, "level": link.level, "how": link.how}
    audit.record("linked", actor=basis.actor, subject=f"account:{account.pk}", detail=detail)
    signals.account_linked.send(sender=None, link=link, account=account, profile=profile)
    return link


def _snapshot(account: PortalAccount, held: list[holdings.Holding]) -> str:
    """What an undo needs: the records, and the contact points (as ways to send a code, never as proof). No password."""
    return json.dumps({"holdings": json.loads(holdings.to_json(held)), "phone": account.phone, "email": account.email})


def _end_old_powers(account: PortalAccount, profile: Profile, state: State) -> None:
    """Password, phone, sessions, codes and recoveries of the old account end; its contacts wait for the owner's yes."""
    for channel, value in (("phone", account.phone), ("email", account.email)):
        if value and not ContactPoint.objects.filter(profile=profile, value_index=blind(value, "contact")).exists():
            # guard: old-contacts-count-only-after-confirmation
            ContactPoint.objects.create(profile=profile, channel=channel, value=value, source="old")
    sids = list(LoginSession.objects.filter(portal_account=account).values_list("sid", flat=True))
    # guard: link-ends-old-credentials
    account.password_hash = ""
    account.legacy_password = None
    account.phone = account.email = None
    account.state = state
    account.save()
    # guard: link-ends-old-sessions
    end_sessions(portal_account=account.pk)
    codes.end_all(str(account.pk))
    signals.logins_ended.send(sender=None, account=account, profile=account.profile, sids=sids)


def _tell_old_side(account: PortalAccount, link: AccountLink) -> None:
    """Tell every old contact point, each with a token of its own that can freeze the account once."""
    for channel, address in messages.contact_points(account):
        token = secrets.token_urlsafe(24)
        now = datetime.now(UTC)
        FreezeToken.objects.create(
            token_hash=blind(token, "freeze"),
            link=link,
            channel=channel,
            made_at=now,
            expires_at=now + FREEZE_FOR,
        )
        messages.tell(channel, address, "linked_old_side", at=now_text(), freeze_token=token)


def _tell_person(profile: Profile, account: PortalAccount, basis: Basis) -> None:
    key = TEXTS[basis.how]
    facts = {"at": now_text(), "hint": str(account.created_at.year)}
    messages.notify(profile, key, **facts)
    for channel, address in basis.addresses:
        if address:
            messages.tell(channel, address, key, **facts)
