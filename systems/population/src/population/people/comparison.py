"""Does what somebody says agree with the record? Pure: facts in, verdict out (Circular 136/2026 Art 3)."""

from dataclasses import dataclass
from typing import Literal

from kernel import personal_id, vietnamese_names
from kernel.partial_date import PartialDate, PartialDateFormat
from kernel.personal_id import PersonalIdFormat
from population.errors import InvalidRequest
from population.people.record import Found, Record

FieldResult = Literal["MATCH", "NO_MATCH", "ACCENTS_DIFFER", "INSUFFICIENT"]
Overall = Literal["MATCH", "NO_MATCH", "NOT_FOUND", "INSUFFICIENT"]

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom somebody asks about: the three parts of the key, normalised (Circular 117/2026 Art 9)."""

    full_name: str
    birth_date: PartialDate
    personal_id: str

    @classmethod
    def read(cls, full_name: str, birth_date: str, number: str) -> "Subject":
        """Normalise and check the form. Raises InvalidRequest; nothing that was typed is in it."""
        name = vietnamese_names.canonical(full_name)
        if not name or len(name) > LONGEST_NAME:
            raise InvalidRequest("subject.full_name: a name of at most 100 letters is expected")
        try:
            born = PartialDate.parse(birth_date)
        except PartialDateFormat:
            raise InvalidRequest("subject.birth_date: YYYY-MM-DD, YYYY-MM or YYYY is expected") from None
        try:
            # guard: npd-number-has-twelve-digits
            digits = personal_id.normalise(number)
        except PersonalIdFormat:
            raise InvalidRequest("subject.personal_id: 12 digits are expected") from None
        return cls(name, born, digits)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result as a whole and of each field."""

    overall: Overall
    fields: tuple[tuple[str, FieldResult], ...]

    def of(self, name: str) -> FieldResult | None:
        return dict(self.fields).get(name)


# Compared when a number has no record, so that both answers cost the same work.
DECOY = Found(
    Record(personal_id="000000000000", full_name="Nguyễn Thị Không Có Người Này", birth_date="1900-01-01", sex="F"),
    "live",
)
NOT_FOUND = Verdict("NOT_FOUND", ())


def compare(subject: Subject, record: Record) -> Verdict:
    """Field by field. A difference in accents alone is no match of the whole, but is named as what it is."""
    name = vietnamese_names.compare(subject.full_name, record.full_name)
    agrees = subject.birth_date.agrees_with(PartialDate.parse(record.birth_date))
    born: FieldResult = "INSUFFICIENT" if agrees is None else "MATCH" if agrees else "NO_MATCH"
    overall: Overall = "MATCH"
    if name != "MATCH" or born == "NO_MATCH":
        overall = "NO_MATCH"
    elif born == "INSUFFICIENT":
        overall = "INSUFFICIENT"
    return Verdict(overall, (("full_name", name), ("birth_date", born), ("personal_id", "MATCH")))
