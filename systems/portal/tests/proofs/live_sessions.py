"""`./motcua bench cutover` runs this inside a portal's settings: a great many live old sessions, and the check.

`fill N SECRET`: sessions as this portal's own code makes them for its old accounts (at a province: for people who came
from an old login at the national portal), each copied under new keys until there are N; the key of number n is
md5(SECRET + n). `check N SECRET`: reads N of them and judges each, as every request does; prints percentiles in ms.
`count`: how many sessions there are.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import time
from statistics import quantiles
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django

django.setup()

from django.db import connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from portal.accounts import policy, sessions  # noqa: E402
from portal.accounts.models import LoginSession, PortalAccount, Profile  # noqa: E402
from portal.accounts.session_store import SessionStore  # noqa: E402
from portal.config import CONFIG  # noqa: E402

MODELS_OF_SESSIONS = 10


def main() -> int:
    """Do what the words say; one line of JSON."""
    verb, *rest = sys.argv[1:]
    print(json.dumps({"fill": fill, "check": check, "count": count}[verb](*rest)))
    return 0


def count() -> dict[str, Any]:
    """How many sessions of old logins there are."""
    return {"sessions": LoginSession.objects.exclude(how="eid").count()}


def fill(number: str, secret: str) -> dict[str, Any]:
    """Make the sessions."""
    models = [_signed_in(record) for record in (_old() if CONFIG.national else _through_national())]
    columns = [field.column for field in LoginSession._meta.concrete_fields if field.column != "session_key"]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for place, key in enumerate(models):
            cursor.execute(
                f"insert into accounts_loginsession (session_key, {names}) select md5(%s || n), {names}"
                " from accounts_loginsession, generate_series(%s, %s, %s) n where session_key = %s",
                [secret, place, int(number) - 1, len(models), key],
            )
        cursor.execute("analyze accounts_loginsession")
    return count()


def _signed_in(record: sessions.LoginRecord) -> str:
    request = HttpRequest()
    request.session = SessionStore()
    sessions.start_login(request, record)
    return str(request.session.session_key)


def _record(**facts: Any) -> sessions.LoginRecord:
    common = {"auth_time": int(time.time()), "acr": "", "amr": ("pwd", "otp"), "sid": secrets.token_urlsafe(24)}
    return sessions.LoginRecord(**common | facts)


def _old() -> list[sessions.LoginRecord]:
    accounts = PortalAccount.objects.filter(kind="citizen", state__in=("open", "matched"))[:MODELS_OF_SESSIONS]
    return [
        _record(how="old", issuer=CONFIG.origin, sub=str(a.pk), profile_id=a.profile_id, portal_account_id=a.pk)
        for a in accounts
    ]


def _through_national() -> list[sessions.LoginRecord]:
    people = [Profile.objects.create(display_name=f"Người thứ {n}") for n in range(MODELS_OF_SESSIONS)]
    login = {"how": "old", "account_kind": "citizen", "cohort": "default", "auth_time": int(time.time()), "acr": ""}
    return [
        _record(
            how="sso",
            issuer=CONFIG.national_origin,
            sub=str(p.pk),
            profile_id=p.pk,
            upstream=login | {"amr": ["pwd", "otp"], "sid": secrets.token_urlsafe(24)},
        )
        for p in people
    ]


def check(number: str, secret: str) -> dict[str, Any]:
    """Read and judge; the check is timed by itself."""
    import hashlib

    total, reading, judging, codes = count()["sessions"], [], [], set()
    numbers = random.Random(1).sample(range(max(1, total - MODELS_OF_SESSIONS)), min(int(number), total // 2))
    for n in numbers:
        store = SessionStore(hashlib.md5(f"{secret}{n}".encode()).hexdigest())
        began = time.perf_counter()
        data = store.get("login")
        read = time.perf_counter()
        if data is None:  # refused and removed a moment ago
            continue
        record = sessions.LoginRecord.from_json(data)
        ready = time.perf_counter()
        codes.add(str(policy.judge_login(record, store.seen).code))
        judging.append((time.perf_counter() - ready) * 1000)
        reading.append((read - began) * 1000)
    return {
        "judged": len(judging),
        "codes": sorted(codes),
        "check": _percentiles(judging),
        "session_and_policy": _percentiles(reading),
    }


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=1000)
    return {"p50": cuts[499], "p99": cuts[989], "p999": cuts[998]}


if __name__ == "__main__":
    sys.exit(main())
