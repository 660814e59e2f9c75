"""Why somebody asks: the closed list of purposes, and what each goes with."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from kernel import dossier_code
from population.errors import InvalidRequest, PurposeNotAllowed

Call = Literal["verify", "lookup", "same_household", "access_history", "bulk_verify"]
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KINDS = frozenset({"portal_account", "dossier", "eid_account", "sign_in", "campaign"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: the calls it may make, the kinds of reference it must name, whether it names a procedure.

    ``proven`` is false where the person who asks has not been proven by an e-ID: such tries are few, and their
    answers tell nothing that the asker did not know.
    """

    calls: frozenset[Call]
    kinds: frozenset[str]
    needs_procedure: bool = False
    proven: bool = True


def _purpose(calls: str, kinds: str, **rest: bool) -> Purpose:
    return Purpose(frozenset(calls.split()), frozenset(kinds.split()), **rest)  # type: ignore[arg-type]


PURPOSES: dict[str, Purpose] = {
    "account_match": _purpose("verify", "portal_account", proven=False),
    "account_link": _purpose("verify lookup", "portal_account sign_in"),
    "eid_account": _purpose("verify lookup", "eid_account sign_in"),
    "dossier": _purpose("verify lookup", "dossier", needs_procedure=True),
    "conflict_of_interest": _purpose("same_household", "dossier portal_account sign_in"),
    "owner_view": _purpose("access_history", "eid_account sign_in"),
    "claim": _purpose("verify lookup", "portal_account"),
    "campaign": _purpose("bulk_verify", "campaign"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The account or dossier in whose name a caller asks. Holds no personal data by its form."""

    kind: str
    ref: str

    @classmethod
    def read(cls, kind: str, ref: str) -> "Reference":
        """Raises InvalidRequest unless ``ref`` is a UUID, or a dossier code where it is a dossier that has one."""
        # guard: npd-reference-names-no-person
        if kind in KINDS and _UUID.fullmatch(ref):
            return cls(kind, ref.lower())
        if kind == "dossier":
            with suppress(ValueError):
                return cls(kind, str(dossier_code.parse(ref)))
        raise InvalidRequest("reference: kind:uuid, or dossier:code, is expected")

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read ``kind:ref``."""
        kind, _, ref = text.partition(":")
        return cls.read(kind, ref)

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class StatedPurpose:
    """A purpose as a caller states it, checked in form."""

    code: str
    reference: Reference
    procedure_code: str | None = None
    rule: Purpose = field(default_factory=lambda: _purpose("", ""))


def read(code: str, reference: str, procedure_code: str | None) -> StatedPurpose:
    """Raises InvalidRequest for a purpose, reference or procedure that is not of the right form."""
    rule = PURPOSES.get(code)
    if rule is None:
        raise InvalidRequest("purpose.code: not one of the purposes of this register")
    if procedure_code is not None and not dossier_code.is_procedure_code(procedure_code):
        raise InvalidRequest("purpose.procedure_code: a code such as 1.004194 is expected")
    if rule.needs_procedure and procedure_code is None:
        raise InvalidRequest("purpose.procedure_code: this purpose needs a procedure")
    return StatedPurpose(code, Reference.parse(reference), procedure_code, rule)


def check(stated: StatedPurpose, call: Call, registered: frozenset[str]) -> None:
    """Whether a caller with these registered purposes may make this call so. Raises PurposeNotAllowed."""
    # guard: npd-purpose-is-registered
    if stated.code not in registered:
        raise PurposeNotAllowed("this client is not registered for this purpose")
    if call not in stated.rule.calls:
        raise PurposeNotAllowed("this call does not serve this purpose")
    if stated.reference.kind not in stated.rule.kinds:
        raise PurposeNotAllowed("this purpose names another kind of reference")
