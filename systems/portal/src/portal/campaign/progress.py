"""How far the move is: counts by state and by what is in the way, links a day, the forecast, lists for the communes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from kernel import admin_units, country_time
from portal.accounts.cutover import DEFAULT_COHORT
from portal.accounts.models import AccountLink, PortalAccount, State
from portal.accounts.policy_store import load
from portal.campaign.models import CampaignSwitch, WaveNotice
from portal.campaign.planning import Forecast, forecast, safe_cell, shown_count
from portal.catalogue.models import Office
from portal.claims.models import Claim
from portal.claims.states import OPEN
from portal.dossiers.models import Dossier

HELD = (State.LINKED, State.CLAIMED)
PEOPLE = ("citizen", "official")
UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Stuck:
    """Accounts that are not linked, by what is in the way."""

    why: str
    number: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The dashboard: people's accounts without those that the law excuses or that were put away."""

    total: int
    matched: int
    linked: int
    waiting: int
    stuck: list[Stuck]
    daily: list[int]
    legal_date: date | None
    days_left: int | None
    forecast: Forecast
    told: int
    bounced: int
    unreached: int
    """Told, but every address they have came back, or they have none: for the communes."""
    backlog: int

    @property
    def linked_share(self) -> float:
        return self.linked / self.total if self.total else 0.0


def cohorts() -> list[str]:
    """The cohorts that people's accounts are in, by name."""
    return sorted(PortalAccount.objects.filter(kind__in=PEOPLE).values_list("cohort", flat=True).distinct())


def accounts_of(cohort: str = "") -> QuerySet[PortalAccount]:
    """People's accounts of one cohort; of all when none is named."""
    people = PortalAccount.objects.filter(kind__in=PEOPLE)
    return people.filter(cohort=cohort) if cohort else people


def counted(cohort: str = "") -> dict[str, int]:
    """Accounts of people by state."""
    return dict(accounts_of(cohort).values_list("state").annotate(number=Count("pk")))


def now(cohort: str = "") -> Progress:
    """As it stands at this moment, for one cohort or for all."""
    states = counted(cohort)
    linked = sum(states.get(state, 0) for state in HELD)
    total = sum(states.values()) - states.get(State.EXEMPT, 0) - states.get(State.ARCHIVED, 0)
    legal = legal_date(cohort=cohort or DEFAULT_COHORT)
    left = (legal - country_time.today()).days if legal else None
    daily = links_a_day(cohort)
    told = WaveNotice.objects.filter(account__in=accounts_of(cohort))
    return Progress(
        total=total,
        matched=linked + states.get(State.MATCHED, 0),
        linked=linked,
        waiting=total - linked,
        stuck=_stuck(states, accounts_of(cohort)),
        daily=daily,
        legal_date=legal,
        days_left=left,
        forecast=forecast(total, linked, daily, left or 0),
        told=told.values("account").distinct().count(),
        bounced=told.exclude(bounced_at=None).values("account").distinct().count(),
        unreached=told.values("account").exclude(account__in=_reached()).distinct().count(),
        backlog=Claim.objects.filter(state__in=OPEN).count(),
    )


def _reached() -> QuerySet[Any]:
    """Accounts with at least one address that did not come back."""
    back = WaveNotice.objects.exclude(bounced_at=None).filter(account=OuterRef("account"), channel=OuterRef("channel"))
    return WaveNotice.objects.exclude(channel="none").exclude(Exists(back)).values("account")


def legal_date(kind: str = "citizen", cohort: str = DEFAULT_COHORT) -> date | None:
    """The day from which accounts of this kind and cohort no longer sign in; None without a policy."""
    held = load().current
    rule = held.rule_for(kind, cohort) if held else None
    return rule.ends_at.astimezone(country_time.VIETNAM).date() if rule else None


def links_a_day(cohort: str = "", days: int = 28) -> list[int]:
    """Links of each of the last days, oldest first."""
    today = country_time.today()
    first = today - timedelta(days=days - 1)
    rows = AccountLink.objects.filter(undone_at=None, linked_at__date__gte=first)
    rows = rows.filter(portal_account__cohort=cohort) if cohort else rows
    by_day = dict(rows.annotate(day=TruncDate("linked_at")).values_list("day").annotate(number=Count("pk")))
    return [by_day.get(first + timedelta(days=n), 0) for n in range(days)]


def _stuck(states: dict[str, int], accounts: QuerySet[PortalAccount]) -> list[Stuck]:
    unlinked = accounts.filter(state=State.OPEN)
    nine = unlinked.filter(personal_id_index=None).exclude(legacy_id9_index=None).count()
    none = unlinked.filter(personal_id_index=None, legacy_id9_index=None).count()
    rows = [
        Stuck("MATCHED", states.get(State.MATCHED, 0)),
        Stuck("NINE_DIGITS", nine),
        Stuck("NO_NUMBER", none),
        Stuck("NOT_MATCHED", states.get(State.OPEN, 0) - nine - none),
        Stuck("CONFLICT", states.get(State.CONFLICT, 0)),
        Stuck("WAITING", states.get(State.WAITING, 0)),
        Stuck("FROZEN", states.get(State.FROZEN, 0)),
    ]
    return sorted((row for row in rows if row.number), key=lambda row: -row.number)


def by_commune(cohort: str = "") -> dict[str, list[PortalAccount]]:
    """Unlinked accounts of people, by the commune whose office took the newest dossier in, else by the one that the
    account named; `-` where there is none."""
    communes = dict(Office.objects.values_list("code", "commune_code"))
    waiting = accounts_of(cohort).exclude(state__in=(*HELD, State.ARCHIVED, State.EXEMPT, State.FROZEN))
    found: dict[str, list[PortalAccount]] = {}
    for account in waiting.order_by("created_at"):
        newest = Dossier.objects.filter(profile_id=account.profile_id).exclude(office_code="").order_by("-submitted_at")
        code = communes.get(newest.values_list("office_code", flat=True).first() or "") or account.commune or UNKNOWN
        found.setdefault(code, []).append(account)
    return found


def commune_counts(cohort: str = "") -> list[tuple[str, str, str]]:
    """(code, name, count) of each commune, for the page; small counts are not told apart."""
    today = country_time.today()
    return [
        (code, admin_units.full_name(code, today) or code if code != UNKNOWN else "", shown_count(len(accounts)))
        for code, accounts in sorted(by_commune(cohort).items())
    ]


def list_for(code: str, cohort: str = "") -> Iterator[list[str]]:
    """The rows of a commune's list for help at the door: whom to visit and why; no number, no password, no dossier."""
    yield ["Họ và tên", "Năm sinh", "Điện thoại", "Đang vướng"]
    for account in by_commune(cohort).get(code, []):
        yield [
            safe_cell(cell) for cell in (account.full_name, account.birth_date[:4], account.phone or "", account.state)
        ]


def switch() -> CampaignSwitch:
    """The one row."""
    return CampaignSwitch.objects.get_or_create(slot=1)[0]
