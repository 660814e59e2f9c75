"""The date as this portal judges it: at every request, and again inside the transaction that changes state.

Architecture section 4, "The date". Logins made with the e-ID are not its business and are never refused here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import policy_store
from portal.accounts.cutover import DEFAULT_COHORT, Code, Verdict, decide

if TYPE_CHECKING:
    from portal.accounts.sessions import LoginRecord

NOT_CONCERNED = Verdict(True, Code.OPEN)
"""What is said of a login that no old account made."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one question to the database read with a session: its old account, and the policy as it stood then."""

    account_id: UUID | None
    kind: str
    cohort: str
    row: policy_store.Row | None


class OldLoginRefused(Exception):
    """The old login behind this act may not act now; `verdict` says why. Nothing of the act may remain."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


def judge(kind: str, cohort: str = DEFAULT_COHORT) -> Verdict:
    """May old accounts of this kind and cohort sign in and act now, at this portal, in the country's time?"""
    return decide(policy_store.load(), kind, cohort, country_time.now())


def judge_login(login: LoginRecord, seen: Seen | None = None) -> Verdict:
    """The same for the login that made a session, here or at the national portal; for each request.

    `seen`: what was read with the session. Then nothing is asked of the database once more.
    """
    made_by = old_account(login, seen)
    if made_by is None:
        return NOT_CONCERNED
    return decide(policy_store.load(row=seen.row if seen else None), *made_by, country_time.now())


def enforce(login: LoginRecord) -> Verdict:
    """Judge again inside the act's transaction, holding the policy FOR SHARE until it ends.

    Raises OldLoginRefused. Call it as the first and the last thing of the transaction, or use `acting`.
    """
    made_by = old_account(login)
    if made_by is None:
        return NOT_CONCERNED
    verdict = decide(policy_store.load(lock=True), *made_by, country_time.now())
    if not verdict.allowed:
        raise OldLoginRefused(verdict)
    return verdict


@contextmanager
def acting(login: LoginRecord) -> Iterator[Verdict]:
    """A transaction in which the person behind `login` acts: judged when it begins and before it commits.

    An act begun before the date and ending after it is refused and leaves nothing. Raises OldLoginRefused.
    """
    with transaction.atomic():
        verdict = enforce(login)
        yield verdict
        # guard: date-judged-before-commit
        enforce(login)


def old_account(login: LoginRecord, seen: Seen | None = None) -> tuple[str, str] | None:
    """(kind, cohort) of the old account that made this login, here or upstream; None when the e-ID made it.

    What cannot be told is answered with a kind that no policy knows, so it is refused.
    """
    if login.how == "eid":
        return None
    upstream = login.upstream or {}
    # guard: sso-upstream-login-judged
    if login.how == "sso" and upstream.get("how") == "eid":
        return None
    if login.how == "sso":
        return str(upstream.get("account_kind", "")), str(upstream.get("cohort", ""))
    from portal.accounts.models import PortalAccount

    if login.portal_account_id is None:
        return "", ""
    # guard: seen-account-is-the-logins-own
    if seen is not None and seen.account_id == login.portal_account_id:
        return seen.kind, seen.cohort
    found = PortalAccount.objects.filter(pk=login.portal_account_id).values_list("kind", "cohort").first()
    return found or ("", "")
