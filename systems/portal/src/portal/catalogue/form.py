"""An interactive form as data: steps, fields, logic, where a value comes from, whether it is locked. Pure.

The definition of a published version never changes (rule 24 of the facts): a dossier is read under the version it
was filed with. Conditions may only look back at earlier steps, so every page works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

KINDS = frozenset(
    {
        "text",
        "long_text",
        "choice",
        "date",
        "phone",
        "personal_id",
        "full_name",
        "address",
        "commune",
        "file",
    }
)


class FormDefinitionError(ValueError):
    """A form definition breaks a rule of the catalogue; the message names the step and field."""


@dataclass(frozen=True)
class Text:
    """Words of a definition in both languages (Vietnamese first: it is the law's language)."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in `language` ("vi" or "en")."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Choice:
    """One answer of a closed question."""

    value: str
    label: Text
    hint: Text | None = None


@dataclass(frozen=True)
class Condition:
    """Shown only when the answer to `field` (of an earlier step) is one of `values`."""

    field: str
    values: frozenset[str]

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether the answers given so far meet the condition."""
        return answers.get(self.field, "") in self.values


@dataclass(frozen=True)
class Field:
    """One question. `prefill` names the verified source (`identity.*`, `register.*`, `contact.*`)."""

    id: str
    kind: str
    label: Text
    hint: Text | None
    required: bool
    choices: tuple[Choice, ...]
    max_length: int
    prefill: str | None
    locked: bool
    show_if: tuple[Condition, ...]
    legal_basis: str
    max_days_ahead: int | None
    replaced_by_dataset: str | None

    def shown(self, answers: Mapping[str, str]) -> bool:
        """Whether the question is asked, given the answers so far."""
        return all(condition.holds(answers) for condition in self.show_if)

    def choice_label(self, value: str, language: str) -> str:
        """The words of a chosen value."""
        return next((c.label.in_language(language) for c in self.choices if c.value == value), value)


@dataclass(frozen=True)
class Step:
    """One page: a group of questions that belong together, and why the state asks."""

    id: str
    title: Text
    question: Text
    why: Text
    fields: tuple[Field, ...]
    show_if: tuple[Condition, ...]

    def shown(self, answers: Mapping[str, str]) -> bool:
        """Whether the page is visited, given the answers so far."""
        return all(condition.holds(answers) for condition in self.show_if)

    def questions(self, answers: Mapping[str, str]) -> tuple[Field, ...]:
        """The fields asked on this page, given the answers so far."""
        return tuple(field for field in self.fields if field.shown(answers))


@dataclass(frozen=True)
class Form:
    """The whole form of one version of a procedure."""

    steps: tuple[Step, ...]
    declaration: Text

    def visible(self, answers: Mapping[str, str]) -> tuple[Step, ...]:
        """The pages of this person, in order, each with the questions that are asked of him or her.

        An answer on a page that is no longer visited decides nothing, neither about pages nor about questions.
        """
        given: dict[str, str] = {}
        pages = []
        for step in self.steps:
            asked = step.questions(given) if step.shown(given) else ()
            if asked:
                pages.append(replace(step, fields=asked))
                given.update({field.id: answers[field.id] for field in asked if field.id in answers})
        return tuple(pages)

    def step(self, step_id: str) -> Step | None:
        """The page with this id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)

    def field(self, field_id: str) -> Field | None:
        """The question with this id, or None."""
        return next((field for field in self.fields() if field.id == field_id), None)

    def fields(self) -> Iterator[Field]:
        """All questions of all pages."""
        for step in self.steps:
            yield from step.fields


def _text(data: Any, where: str) -> Text:
    if not isinstance(data, dict) or not data.get("vi") or not data.get("en"):
        raise FormDefinitionError(f"{where}: both languages are needed")
    return Text(str(data["vi"]), str(data["en"]))


def _conditions(data: Any, earlier: set[str], where: str) -> tuple[Condition, ...]:
    conditions = []
    for item in data or ():
        if item["field"] not in earlier:
            raise FormDefinitionError(f"{where}: a condition may only look back, not at {item['field']}")
        conditions.append(Condition(item["field"], frozenset(item["in"])))
    return tuple(conditions)


def _field(data: Mapping[str, Any], earlier: set[str], where: str) -> Field:
    where = f"{where}.{data.get('id', '?')}"
    kind = str(data["kind"])
    if kind not in KINDS:
        raise FormDefinitionError(f"{where}: unknown kind {kind}")
    # Every question cites its law: what cannot be grounded may not be asked (Decree 61/2018 Art 5).
    if not data.get("legal_basis"):
        raise FormDefinitionError(f"{where}: no legal basis")
    choices = tuple(
        Choice(c["value"], _text(c["label"], where), _text(c["hint"], where) if "hint" in c else None)
        for c in data.get("choices", ())
    )
    if (kind == "choice") is not bool(choices):
        raise FormDefinitionError(f"{where}: a choice needs choices, and nothing else has them")
    if data.get("locked") and not data.get("prefill"):
        raise FormDefinitionError(f"{where}: only a prefilled field can be locked")
    return Field(
        id=str(data["id"]),
        kind=kind,
        label=_text(data["label"], where),
        hint=_text(data["hint"], where) if "hint" in data else None,
        required=bool(data.get("required", True)),
        choices=choices,
        max_length=int(data.get("max_length", 250)),
        prefill=data.get("prefill"),
        locked=bool(data.get("locked", False)),
        show_if=_conditions(data.get("show_if"), earlier, where),
        legal_basis=str(data["legal_basis"]),
        max_days_ahead=data.get("max_days_ahead"),
        replaced_by_dataset=data.get("replaced_by_dataset"),
    )


def read_form(data: Mapping[str, Any]) -> Form:
    """The form in a definition (the `form` part of a procedure file); raises `FormDefinitionError`."""
    earlier: set[str] = set()
    steps = []
    for raw in data["steps"]:
        where = str(raw["id"])
        fields = tuple(_field(item, earlier, where) for item in raw["fields"])
        ids = [field.id for field in fields]
        if len(set(ids)) != len(ids) or earlier & set(ids):
            raise FormDefinitionError(f"{where}: a field id is used twice")
        steps.append(
            Step(
                id=where,
                title=_text(raw["title"], where),
                question=_text(raw["question"], where),
                why=_text(raw["why"], where),
                fields=fields,
                show_if=_conditions(raw.get("show_if"), earlier, where),
            )
        )
        earlier.update(ids)
    return Form(tuple(steps), _text(data["declaration"], "declaration"))
