"""Whose a dossier is: the profile that filed it, or the person for whom another portal filed it, by vouched number."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.accounts.models import Profile
from portal.dossiers.models import Dossier, Origin


def own_dossiers(profile: Profile) -> QuerySet[Dossier]:
    """The dossiers of a person; a number that was only stated, not vouched for, opens nothing."""
    mine = Q(profile=profile)
    if profile.personal_id_index is not None:
        index = bytes(profile.personal_id_index)
        mine |= Q(profile=None, origin=Origin.RECEIVED, applicant_index=index, applicant_vouched=True)
    return Dossier.objects.filter(mine).select_related("version")


def owns(dossier: Dossier, profile: Profile) -> bool:
    """Whether this dossier is that person's."""
    return own_dossiers(profile).filter(pk=dossier.pk).exists()
