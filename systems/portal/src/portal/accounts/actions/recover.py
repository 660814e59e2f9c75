"""A forgotten password: the number, the account's own phone, a code, a new password; then 72 quiet hours."""

from __future__ import annotations

from django.db import transaction

from kernel import country_time, phone
from portal.accounts import audit, codes, messages, passwords, policy
from portal.accounts.finding import by_identifier
from portal.accounts.models import PortalAccount, State
from portal.accounts.moments import now_text
from portal.accounts.sessions import end_sessions
from portal.sealing import blind

MAY_RECOVER = (State.OPEN, State.MATCHED, State.CONFLICT)


def begin(number: str, typed_phone: str, binding: str) -> tuple[str, codes.Sent]:
    """Send a code when number and phone name one account; the answer is the same when they name none.

    Returns the subject under which the code will be checked: the account's id, or a name for nobody.
    """
    account = _whose(number, typed_phone)
    nobody = f"nobody:{blind(f'{number}|{typed_phone}', 'recovery_of_nobody')[:16].hex()}"
    subject = str(account.pk) if account else nobody
    return subject, codes.send("recover", subject, account.phone if account else None, binding)


def _whose(number: str, typed_phone: str) -> PortalAccount | None:
    try:
        mobile = phone.normalise(typed_phone)
    except phone.PhoneFormat:
        return None
    fitting = [
        each
        for each in by_identifier(number)
        if each.phone == mobile and each.state in MAY_RECOVER and not _is_phone(number)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_phone(typed: str) -> bool:
    try:
        phone.normalise(typed)
    except phone.PhoneFormat:
        return False
    return True


def complete(account_id: str, password: str) -> str:
    """Set the new password after the code was right; returns "" or the code of the refusal."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().filter(pk=account_id).first()
        if account is None or account.state not in MAY_RECOVER:
            return "OTP_EXPIRED"
        verdict = policy.judge(account.kind, account.cohort)
        if not verdict.allowed:
            return str(verdict.code)
        account.password_hash, account.legacy_password = passwords.hash_password(password), None
        # guard: reset-starts-72-hours
        account.reset_at = country_time.now()
        account.save(update_fields=["password_hash", "legacy_password", "reset_at"])
        end_sessions(portal_account=account.pk)
        codes.end_all(str(account.pk))
        audit.record("password_reset", actor=f"account:{account.pk}", subject=f"account:{account.pk}")
        messages.notify(account, "password_reset", at=now_text())
    return ""
