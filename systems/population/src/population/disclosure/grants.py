"""Which fields a caller may see for which procedure (Circular 117/2026 Art 9: output fields per procedure)."""

from collections.abc import Iterable

from population.errors import FieldNotGranted, InvalidRequest

FIELDS = (
    "full_name",
    "birth_date",
    "sex",
    "personal_id",
    "hometown",
    "ethnicity",
    "nationality",
    "permanent_residence",
    "temporary_residence",
    "current_residence",
    "household_head",
    "household_members",
)

Grants = dict[str | None, frozenset[str]]


def check(asked: Iterable[str], procedure_code: str | None, grants: Grants) -> tuple[str, ...]:
    """The asked fields in the register's order. Raises FieldNotGranted when one is not granted: all or nothing."""
    wanted = frozenset(asked)
    if not wanted or not wanted <= set(FIELDS):
        raise InvalidRequest("fields: names of the register's fields are expected")
    # guard: npd-field-is-granted
    if not wanted <= grants.get(procedure_code, frozenset()):
        raise FieldNotGranted("a field was not granted to this client for this procedure")
    return tuple(field for field in FIELDS if field in wanted)
