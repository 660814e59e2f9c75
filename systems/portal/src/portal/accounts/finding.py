"""Finding old accounts by what a person types: a 12-digit number, a 9-digit one, a tax code or a telephone number."""

from __future__ import annotations

from kernel import personal_id, phone, tax_code
from portal.accounts.models import PortalAccount
from portal.sealing import blind

CANDIDATES = 2  # a person's number may open a citizen's and an official's account; each is tried


def by_identifier(typed: str) -> list[PortalAccount]:
    """The accounts that the identifier names, at most two; none when it is unclear or unknown."""
    found: list[PortalAccount] = []
    for column, context, read in (
        ("personal_id_index", "personal_id", personal_id.normalise),
        ("legacy_id9_index", "legacy_id9", personal_id.normalise_legacy_id9),
        ("tax_code_index", "tax_code", tax_code.normalise),
    ):
        try:
            value = read(typed)
        except ValueError:
            continue
        found += PortalAccount.objects.filter(**{column: blind(value, context)}).order_by("created_at")
    if found:
        return found[:CANDIDATES]
    try:
        by_phone = PortalAccount.objects.filter(phone_index=blind(phone.normalise(typed), "phone"))[:2]
    except phone.PhoneFormat:
        return []
    # guard: shared-phone-names-nobody
    return list(by_phone) if len(by_phone) == 1 else []


def number_is_taken(kind: str, number: str) -> bool:
    """Does an account of this kind already carry this 12- or 9-digit number, as registered?"""
    of_kind = PortalAccount.objects.filter(kind=kind)
    if len(number) == 12:
        return of_kind.filter(personal_id_index=blind(number, "personal_id")).exists()
    return of_kind.filter(legacy_id9_index=blind(number, "legacy_id9")).exists()


def matched_but_unlinked(number: str) -> list[PortalAccount]:
    """Old accounts that were matched with this number and belong to nobody's e-ID yet."""
    index = blind(number, "personal_id")
    return list(PortalAccount.objects.filter(matched_personal_id_index=index, state="matched").order_by("created_at"))
