"""Put accounts into a cohort: the people who are told, counted and moved together, as a dry run found them.

A cohort may have a date of its own, and an account is judged by its cohort's. So this act never moves a date: an
account whose date would become another one stays where it is; the date of the new cohort is for two persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from portal.accounts import audit, signals
from portal.accounts.cutover import Copy
from portal.accounts.models import LoginSession, PortalAccount
from portal.accounts.policy_store import load
from portal.accounts.sessions import end_sessions

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")


class CohortRefused(Exception):
    """Not a name for a cohort, or no policy to judge by. Nothing was changed."""


@dataclass(slots=True)
class Formed:
    """How many accounts are in the cohort now, were there before, are unknown, or would get another date."""

    moved: int = 0
    there: int = 0
    unknown: int = 0
    other_date: int = 0


def execute(name: str, account_ids: Iterable[UUID], actor: str) -> Formed:
    """Put the accounts into the cohort `name`. Raises CohortRefused."""
    if not NAME.fullmatch(name):
        raise CohortRefused("a cohort is named with 2 to 39 small letters, digits and dashes")
    done = Formed()
    with transaction.atomic():
        copy = load(lock=True)
        if copy.current is None:
            raise CohortRefused("no policy yet: portal policy seed")
        for account_id in account_ids:
            _put(account_id, name, copy, done)
        audit.record("cohort.formed", actor=actor, subject=f"cohort:{name}", detail={"accounts": done.moved})
    return done


def _put(account_id: UUID, name: str, copy: Copy, done: Formed) -> None:
    account = PortalAccount.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        done.unknown += 1
    elif account.cohort == name:
        done.there += 1
    # guard: cohort-never-moves-a-date
    elif _dates(copy, account.kind, account.cohort) != _dates(copy, account.kind, name):
        done.other_date += 1
    else:
        # Sessions at the provinces carry the cohort of their login: they end, so that none is judged by the old one.
        sids = list(LoginSession.objects.filter(portal_account=account).values_list("sid", flat=True))
        account.cohort = name
        account.save(update_fields=["cohort"])
        end_sessions(portal_account=account.pk)
        signals.logins_ended.send(sender=None, account=account, profile=account.profile, sids=sids)
        done.moved += 1


def _dates(copy: Copy, kind: str, cohort: str) -> list[datetime | None]:
    """What holds for this cohort, and what awaits its acknowledgement."""
    rules = [document.rule_for(kind, cohort) for document in (copy.current, copy.awaiting) if document]
    return [rule.ends_at if rule else None for rule in rules]
