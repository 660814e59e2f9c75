"""National: the login that a province is told about, and whether it is still good."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.accounts import policy
from portal.accounts.cutover import Verdict
from portal.accounts.models import LoginSession, Profile, State
from portal.accounts.sessions import LoginRecord
from portal.sso.models import IssuedLogin, PairwiseSubject

ENDED = "LOGIN_ENDED"
GOOD = "GOOD"


def subject_of(profile: Profile, client_id: str) -> PairwiseSubject:
    """The person's `sub` at this province; made at the first sign-in there, never changed."""
    subject, _ = PairwiseSubject.objects.get_or_create(profile=profile, client_id=client_id)
    return subject


def issue(profile: Profile, login: LoginRecord, client_id: str) -> IssuedLogin:
    """Record that this login is handed to a province, with what made it."""
    kind, cohort = policy.old_account(login) or ("", "")
    return IssuedLogin.objects.create(
        subject=subject_of(profile, client_id),
        how=login.how,
        login_sid=login.sid,
        portal_account_id=login.portal_account_id,
        account_kind=kind,
        cohort=cohort,
        auth_time=login.auth_time,
        acr=login.acr,
        amr=list(login.amr),
    )


def standing(issued: IssuedLogin) -> str:
    """GOOD, LOGIN_ENDED, or the policy's code: is the login behind this assertion still good now?

    It ended when no session of it is left at this portal, or its old account no longer signs in.
    """
    if issued.ended_at is not None or not _session_left(issued.login_sid):
        return ENDED
    if issued.how == "eid":
        return GOOD
    account = issued.portal_account
    # guard: sso-old-account-still-signs-in
    if account is None or account.state not in (State.OPEN, State.MATCHED, State.CONFLICT):
        return ENDED
    verdict: Verdict = policy.judge(issued.account_kind, issued.cohort)
    return GOOD if verdict.allowed else str(verdict.code)


def _session_left(login_sid: str) -> bool:
    return LoginSession.objects.filter(sid=login_sid, expire_date__gt=datetime.now(UTC)).exists()


def end_if_over(issued: IssuedLogin) -> bool:
    """Note the end when no session of the login is left here; True when it has ended."""
    if issued.ended_at is None and not _session_left(issued.login_sid):
        issued.ended_at = datetime.now(UTC)
        issued.save(update_fields=["ended_at"])
    return issued.ended_at is not None
