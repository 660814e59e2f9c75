"""Matching an old account with the register: counts, asks, judges, writes.

The register is asked outside any transaction; what it said is judged and written in one that holds the account and the
policy. A try that got no answer is not counted and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel import country_time
from portal.accounts import attempts, audit, ledger, matching, messages, policy, register_client
from portal.accounts.matching import MatchCode, Said
from portal.accounts.models import Attempt, PortalAccount, State
from portal.accounts.moments import now_text
from portal.accounts.register_client import QuotaExceeded, Reference, RegisterUnavailable, Subject
from portal.accounts.sessions import LoginRecord
from portal.sealing import blind


@dataclass(frozen=True)
class Outcome:
    """How a try ended, which fields may be shown as agreeing, and a number for the hotline."""

    code: MatchCode
    agreeing: tuple[str, ...] = ()
    request_id: str = ""


def registered(account: PortalAccount) -> Said:
    """What the account said when it was registered."""
    return Said(account.full_name, account.birth_date, account.personal_id)


def execute(login: LoginRecord, typed: Said, *, accept_conflict: bool = False) -> Outcome:
    """Try to match the account of this old login with what is typed now (numbers and dates already normalised).

    `accept_conflict`: the person was told that what he typed is another person than the registration, and goes on; then
    the account is in conflict and the claim desk decides. Raises OldLoginRefused.
    """
    account_id, number = login.portal_account_id, typed.personal_id or ""
    if account_id is None:  # an e-ID login has nothing to match
        return Outcome(MatchCode.NOT_OPEN)
    with policy.acting(login):
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        attempts.hold("match_number", number)
        refused = matching.may_try(_try_facts(account, number))
        if refused is not None:
            return Outcome(refused)
        if not matching.same_person(registered(account), typed):
            return _conflict(account, accept=accept_conflict)
        attempts.note("match_account", str(account.pk))
        attempts.note("match_number", number)
    try:
        said = register_client.verify(
            "account_match",
            Reference("portal_account", str(account.pk)),
            Subject(typed.full_name, typed.birth_date, number),
        )
    except RegisterUnavailable:
        _take_back(str(account.pk), number)
        return Outcome(MatchCode.UNAVAILABLE)
    except QuotaExceeded as full:
        return Outcome(MatchCode.TRIES_NUMBER if full.scope == "number" else MatchCode.TRIES_ACCOUNT)
    return _write(login, account.pk, typed, said)


def _try_facts(account: PortalAccount, number: str) -> matching.TryFacts:
    since = country_time.now() - account.reset_at if account.reset_at else None
    return matching.TryFacts(
        state=account.state,
        since_reset=since,
        tries_of_account=attempts.count("match_account", str(account.pk), matching.TRIES_WINDOW),
        tries_of_number=attempts.count("match_number", number, matching.TRIES_WINDOW),
    )


def _conflict(account: PortalAccount, *, accept: bool) -> Outcome:
    if accept:
        ledger.because("match_conflict", actor=f"account:{account.pk}")
        account.state = State.CONFLICT
        account.save(update_fields=["state"])
        audit.record("match_conflict", actor=f"account:{account.pk}", subject=f"account:{account.pk}")
    return Outcome(MatchCode.CONFLICT)


def _write(login: LoginRecord, account_id: UUID, typed: Said, said: register_client.Verification) -> Outcome:
    with policy.acting(login):
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        refused = matching.may_try(_untried(account))
        if refused is not None:
            return Outcome(refused)
        verdict = matching.judge(registered(account), typed, said.answer)
        if verdict.code is MatchCode.MATCHED:
            ledger.because("matched", actor=f"account:{account.pk}", request_id=said.request_id)
            account.state = State.MATCHED
            account.matched_at = country_time.now()
            account.matched_personal_id = typed.personal_id
            account.matched_full_name = typed.full_name
            account.matched_birth_date = typed.birth_date
            account.save()
            messages.notify(account, "matched", at=now_text())
        audit.record(
            "match_tried",
            actor=f"account:{account.pk}",
            subject=f"account:{account.pk}",
            detail={"code": str(verdict.code), "request_id": said.request_id},
        )
    return Outcome(verdict.code, verdict.agreeing, said.request_id)


def _untried(account: PortalAccount) -> matching.TryFacts:
    """The facts without this try's own counts: it was allowed when it began; state and reset may have changed."""
    since = country_time.now() - account.reset_at if account.reset_at else None
    return matching.TryFacts(account.state, since, 0, 0)


def _take_back(account_id: str, number: str) -> None:
    for action, key in (("match_account", account_id), ("match_number", number)):
        last = Attempt.objects.filter(action=action, key=blind(key, f"attempt.{action}")).order_by("-at").first()
        if last is not None:
            last.delete()
