"""The link: gathers the facts, asks the rule inside the writing transaction, moves what the old account held.

One transaction, one audit row. At the link the old account's password, phone, sessions, codes and pending requests end.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, linking, policy, register_client
from portal.accounts.actions import take_over
from portal.accounts.linking import Decision, LinkFacts
from portal.accounts.models import AccountLink, PortalAccount, Profile
from portal.accounts.persons import make_profile, profile_of, vouch
from portal.accounts.register_client import QuotaExceeded, Reference, RegisterUnavailable, Subject
from portal.accounts.sessions import LoginRecord
from portal.eid_login.callback import Result
from portal.eid_login.identity import VerifiedIdentity
from portal.sealing import blind


@dataclass(frozen=True)
class RegisterWord:
    """What the register said for this act, and when (Unix seconds); kept in the sealed session until the link."""

    overall: str | None
    record_state: str
    asked_at: float

    @property
    def age(self) -> timedelta:
        return timedelta(seconds=datetime.now(UTC).timestamp() - self.asked_at)


@dataclass(frozen=True)
class Request:
    """One request to link: which account, by which finished e-ID sign-in, with which old login still in the browser."""

    account_id: UUID
    result: Result
    old_login: LoginRecord | None
    register: RegisterWord
    confirmed: bool

    @property
    def late(self) -> bool:
        return self.result.intent == "late_link"


@dataclass(frozen=True)
class Linked:
    """The decision, and when it is LINKED the person to be signed in."""

    decision: Decision
    profile: Profile | None = None
    moved: int = 0


def ask_register(account: PortalAccount, who: VerifiedIdentity) -> RegisterWord:
    """Ask the register again, for this act, about the person whom the e-ID has proven."""
    now = datetime.now(UTC).timestamp()
    subject = Subject(who.full_name, who.birth_date, who.personal_id)
    reference = Reference("portal_account", str(account.pk))
    try:
        said = register_client.verify("account_link", reference, subject)
    except (RegisterUnavailable, QuotaExceeded):
        return RegisterWord(None, "", now)
    return RegisterWord(said.answer.overall, said.record_state, now)


def may_ask(request: Request) -> Decision:
    """May the person be asked "is this account yours?"; everything but the answer is checked."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=request.account_id)
        return linking.may_ask(_facts(request, account))


def execute(request: Request) -> Linked:
    """Link, or refuse with the first condition that fails. Raises OldLoginRefused when the date passes meanwhile."""
    with _acting(request):
        account = PortalAccount.objects.select_for_update().get(pk=request.account_id)
        decision = linking.decide(_facts(request, account))
        if not decision.allowed:
            audit.record(
                "link_refused",
                actor=f"account:{account.pk}",
                subject=f"account:{account.pk}",
                detail={"code": str(decision.code)},
            )
            return Linked(decision)
        profile, moved = _write(request, account)
    return Linked(decision, profile, moved)


def _acting(request: Request) -> AbstractContextManager[object]:
    """The transaction of the act. With an old login the policy is judged when it begins and before it commits."""
    # guard: link-judged-again-before-commit
    if request.old_login is not None and request.old_login.made_by_old_login:
        return policy.acting(request.old_login)
    return transaction.atomic()


def _facts(request: Request, account: PortalAccount) -> LinkFacts:
    """Everything the rule needs, read under the account's lock. What cannot be known counts against the link."""
    now = country_time.now()
    who, result = request.result.identity, request.result
    about = result.about
    old = request.old_login
    # The old login is read twice: sealed in the state when the flow began, and alive in this browser now.
    mine = old is not None and old.how == "old" and old.portal_account_id == account.pk
    same = mine and old is not None and about.get("old_sid") == old.sid
    age = timedelta(seconds=result.started_at - old.auth_time) if same and old is not None else None
    verdict = policy.judge(account.kind, account.cohort)
    earlier = AccountLink.objects.filter(portal_account=account, linked_at__gt=now - linking.LINKS_WINDOW)
    return LinkFacts(
        way="late" if request.late else "link",
        kind=account.kind,
        state=account.state,
        intent=result.intent,
        started_here=about.get("account") == str(account.pk),
        old_login_age=age,
        old_login_with_code=old is not None and "otp" in old.amr and "pwd" in old.amr,
        eid_login_lead=timedelta(seconds=who.auth_time - result.started_at),
        acr_met=who.eid_level in (1, 2),
        eid_level=who.eid_level,
        same_number=_same_number(account, who),
        since_reset=now - account.reset_at if account.reset_at else None,
        earlier_links_in_window=earlier.count(),
        register_overall=request.register.overall,
        register_record_state=request.register.record_state,
        register_age=request.register.age,
        confirmed_mine=request.confirmed,
        policy_allowed=verdict.allowed,
        policy_code=str(verdict.code),
    )


def _same_number(account: PortalAccount, who: VerifiedIdentity) -> bool:
    index = account.matched_personal_id_index
    return index is not None and bytes(index) == blind(who.personal_id, "personal_id")


def _write(request: Request, account: PortalAccount) -> tuple[Profile, int]:
    who = request.result.identity
    profile = profile_of(who.issuer, who.sub)
    if profile is None:
        profile = make_profile(who)
    else:
        vouch(profile, who)
    link = take_over.write(
        account,
        profile,
        take_over.Basis(
            issuer=who.issuer,
            sub=who.sub,
            level=who.eid_level,
            how="late" if request.late else "link",
            evidence=_evidence(request),
            actor=f"profile:{profile.pk}",
            addresses=(("sms", who.phone), ("email", who.email)),
        ),
    )
    if request.late:
        # guard: late-link-is-quiet-for-72-hours
        profile.movable_after = country_time.now() + linking.LATE_LINK_QUIET
        profile.save(update_fields=["movable_after"])
    return profile, len(json.loads(link.snapshot)["holdings"])


def _evidence(request: Request) -> dict[str, object]:
    """What the link rests on; no names, numbers or tokens."""
    who, old = request.result.identity, request.old_login
    return {
        "intent": request.result.intent,
        "started_at": request.result.started_at,
        "old_auth_time": old.auth_time if old else None,
        "eid_auth_time": who.auth_time,
        "acr": who.acr,
        "amr": list(who.amr),
        "register": {"overall": request.register.overall, "asked_at": int(request.register.asked_at)},
        "confirmed": True,
    }
