"""Compare what was stated with the population register, for this case, on the officer's request; the result is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from kernel import country_time
from portal.accounts import audit, register_client
from portal.accounts.duty import access, conflicts
from portal.accounts.duty.access import Acting
from portal.desk.handling import dossier_of_office, reference_of
from portal.dossiers.models import Dossier
from portal.dossiers.states import ActRefused
from portal.dossiers.transition import locked

UNAVAILABLE = "UNAVAILABLE"


def compare(acting: Acting, dossier_id: UUID) -> Dossier:
    """Ask the register and keep its answer; when it is silent that is kept as such. Raises DutyRefused, ActRefused."""
    dossier = dossier_of_office(acting, dossier_id)
    if dossier is None:
        raise ActRefused("NO_SUCH_DOSSIER")
    conflicts.enforce(acting, dossier.who.get("personal_id"), reference_of(dossier))
    subject = register_client.Subject(
        dossier.who.get("full_name", ""), dossier.who.get("birth_date", ""), dossier.who.get("personal_id", "")
    )
    try:
        said = register_client.verify("dossier", reference_of(dossier), subject, procedure_code=dossier.procedure_code)
        result: dict[str, Any] = {"overall": said.answer.overall, "fields": dict(said.answer.fields)}
    except (register_client.RegisterUnavailable, register_client.QuotaExceeded):
        result = {"overall": UNAVAILABLE, "fields": {}}
    with transaction.atomic():
        access.enforce(acting)
        dossier = locked(dossier.pk)
        dossier.register_check = result | {"at": country_time.now().isoformat()}
        dossier.save(update_fields=["register_check"])
        audit.record("dossier.compared", actor=acting.actor, subject=f"dossier:{dossier.pk}", detail=result)
    return dossier
