"""What the owner of a dossier is told, and how: by message and in the inbox of the portal.

The texts carry the dossier's code and the office, never a name or number of a person.
"""

from __future__ import annotations

import logging

from django.db import transaction

from portal.accounts import message_texts, messages
from portal.catalogue.models import Office
from portal.dossiers.models import Dossier
from portal.i18n import lazy

logger = logging.getLogger(__name__)

TEXTS = {
    "dossier-submitted": (
        lazy("Your dossier was received"),
        lazy("%(portal)s: your dossier %(code)s was received. %(office)s answers by %(by)s."),
    ),
    "dossier-on-its-way": (
        lazy("Your dossier was received"),
        lazy(
            "%(portal)s: your dossier for %(office)s was received and is on its way. "
            "Its code appears under “My dossiers”."
        ),
    ),
    "dossier-accepted": (
        lazy("Your dossier was accepted"),
        lazy("%(portal)s: %(office)s accepted your dossier %(code)s. The result is due on %(by)s."),
    ),
    "dossier-supplement": (
        lazy("Your dossier needs a supplement"),
        lazy(
            "%(portal)s: %(office)s asks you to complete your dossier %(code)s. "
            "See what is missing under “My dossiers”."
        ),
    ),
    "dossier-done": (
        lazy("The result of your dossier is ready"),
        lazy("%(portal)s: %(office)s has finished your dossier %(code)s. See the result under “My dossiers”."),
    ),
    "dossier-not-accepted": (
        lazy("Your dossier was not accepted"),
        lazy("%(portal)s: %(office)s did not accept your dossier %(code)s. See the reason under “My dossiers”."),
    ),
}
message_texts.TEXTS.update(TEXTS)


def tell_owner(dossier: Dossier, key: str) -> None:
    """Tell the owner; a message that cannot be queued never undoes the act it is about."""
    if dossier.profile is None:
        return
    office = Office.objects.filter(code=dossier.office_code).first()
    moment = dossier.appointment_at if key == "dossier-accepted" else dossier.respond_by
    facts = {
        "code": dossier.code or "",
        "office": office.name_vi if office else "",
        "by": moment.astimezone().strftime("%H:%M %d/%m/%Y") if moment else "",
    }
    try:
        with transaction.atomic():
            messages.notify(dossier.profile, key, **facts)
    except Exception:
        logger.exception("notice %s of a dossier could not be queued", key)
