"""Stop a dossier whose supplement was asked for and did not come within 15 working days (rule 19 of the facts)."""

from __future__ import annotations

from django.db import transaction

from kernel import country_time
from kernel.working_days import national_calendar
from portal.dossiers.models import Dossier, Origin
from portal.dossiers.states import SYSTEM, Act, State
from portal.dossiers.transition import By, locked, move

WORKING_DAYS = 15
REASON = "Quá 15 ngày làm việc kể từ khi yêu cầu bổ sung mà chưa nhận được bổ sung."


def stop_unanswered() -> int:
    """Stop what is overdue at this portal's own desks; returns how many."""
    stopped, now = 0, country_time.now()
    waiting = Dossier.objects.filter(state=State.SUPPLEMENT_REQUESTED).exclude(origin=Origin.HANDED_OVER)
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            dossier = locked(pk)
            asked = dossier.events.filter(act=Act.REQUEST_SUPPLEMENT.value).order_by("-seq").first()
            if dossier.state != State.SUPPLEMENT_REQUESTED or asked is None:
                continue
            if now <= national_calendar().deadline_in_days(asked.at, WORKING_DAYS):
                continue
            move(dossier, Act.STOP, By(SYSTEM, "system", dossier.office_code), reason=REASON)
            stopped += 1
    return stopped
