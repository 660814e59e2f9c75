"""Sign-in with an old account: number or phone and password, then the SMS code.

Every failure before the password is right reads and lasts the same. The policy speaks only after it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from kernel import country_time
from portal.accounts import attempts, audit, codes, passwords, policy
from portal.accounts.finding import CANDIDATES, by_identifier
from portal.accounts.models import PortalAccount, State
from portal.accounts.sessions import LoginRecord
from portal.config import CONFIG
from portal.sealing import blind

WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 5
FAILURES_PER_ADDRESS = 100
MAY_SIGN_IN = (State.OPEN, State.MATCHED, State.CONFLICT)


@dataclass(frozen=True)
class SignIn:
    """An account whose password was right, or the code of the refusal."""

    account: PortalAccount | None
    refused: str = ""


def check_password(identifier: str, password: str, address: str) -> SignIn:
    """The first half. `address` is the client's network address (counted, never logged)."""
    name = "".join(identifier.split()).casefold()[:60]
    # guard: sign-in-failures-pause
    if attempts.count("sign_in", name, WINDOW) >= FAILURES_PER_NAME:
        return SignIn(None, "SIGN_IN_MANY")
    if attempts.count("sign_in_address", address, WINDOW) >= FAILURES_PER_ADDRESS:
        return SignIn(None, "SIGN_IN_MANY")
    account = _whose(by_identifier(identifier), password)
    if account is None or account.state not in MAY_SIGN_IN:
        attempts.note("sign_in", name)
        attempts.note("sign_in_address", address)
        return SignIn(None, "SIGN_IN_WRONG")
    verdict = policy.judge(account.kind, account.cohort)
    # guard: old-sign-in-judged-by-policy
    if not verdict.allowed:
        return SignIn(None, str(verdict.code))
    return SignIn(account)


def _whose(candidates: list[PortalAccount], password: str) -> PortalAccount | None:
    """The candidate whose password fits. The number of hashes is always the same."""
    hashes = [each.password_hash for each in candidates]
    # guard: nobody-costs-a-hash-too
    hashes += [""] * (CANDIDATES - len(hashes))
    fits = [passwords.matches(password, each) for each in hashes]
    return next((account for account, fit in zip(candidates, fits, strict=False) if fit), None)


def send_code(account: PortalAccount, binding: str) -> codes.Sent:
    """The second half begins: a code to the account's own phone."""
    return codes.send("sign_in", str(account.pk), account.phone, binding)


def complete(account_id: str) -> LoginRecord:
    """The code was right: the login of this account, judged once more. Raises OldLoginRefused."""
    with transaction.atomic():
        account = PortalAccount.objects.select_for_update().get(pk=account_id)
        record = LoginRecord(
            how="old",
            auth_time=int(datetime.now(UTC).timestamp()),
            acr="",
            amr=("pwd", "otp"),
            sid=secrets.token_urlsafe(24),
            issuer=CONFIG.origin,
            sub=blind(str(account.pk), "old_login_sub").hex(),
            profile_id=account.profile_id,
            portal_account_id=account.pk,
        )
        policy.enforce(record)
        account.earlier_sign_in_at, account.last_sign_in_at = account.last_sign_in_at, country_time.now()
        account.save(update_fields=["earlier_sign_in_at", "last_sign_in_at"])
        audit.record("old_sign_in", actor=f"account:{account.pk}", subject=f"account:{account.pk}")
    return record
