"""What of a verdict may be told (architecture section 4, facts section 3.5). Pure."""

from dataclasses import dataclass

from population.disclosure.purposes import Purpose
from population.people.comparison import NOT_FOUND, Verdict
from population.people.record import State

NOT_TOLD = Verdict("NO_MATCH", ())


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves the register. ``record_state`` is None where it is nobody's business."""

    verdict: Verdict
    record_state: State | None

    @property
    def shows_something(self) -> bool:
        """Whether the asker learned anything but a bare no: what the owner's history says of it."""
        return self.verdict.overall in {"MATCH", "INSUFFICIENT"} or bool(self.verdict.fields)


def to_proven(verdict: Verdict | None, state: State | None) -> Answer:
    """For purposes of a person whom the e-ID has proven, or of a dossier: everything that was compared."""
    return Answer(verdict or NOT_FOUND, state)


def to_unproven(verdict: Verdict | None, state: State | None) -> Answer:
    """For a try of a person not yet proven.

    A number without a record, a cancelled or merged one, and one of which nothing else agrees read the same. Which
    field differs is said only when the number and one more field agree.
    """
    if verdict is None or state in {"cancelled", "merged"}:
        return Answer(NOT_TOLD, None)
    # guard: npd-unproven-needs-one-more-field
    if "MATCH" not in (verdict.of("full_name"), verdict.of("birth_date")):
        return Answer(NOT_TOLD, None)
    return Answer(verdict, None)


def judge(purpose: Purpose, verdict: Verdict | None, state: State | None) -> Answer:
    """The answer by purpose; ``verdict`` and ``state`` are None when the number has no record."""
    return to_proven(verdict, state) if purpose.proven else to_unproven(verdict, state)
