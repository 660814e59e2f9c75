"""How an answer is judged: pure functions of the form, what was posted and what the state already vouches for.

An error is a code (`AnswerError`), never a sentence: the page words it. What was typed is always given back, right or
wrong, so that nothing has to be typed twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kernel import personal_id, phone
from portal.catalogue.form import Field, Form, Step


class AnswerError(StrEnum):
    """What is wrong with one answer."""

    REQUIRED = "required"
    CHOICE = "choice"
    DATE_FORMAT = "date_format"
    DATE_PAST = "date_past"
    DATE_TOO_FAR = "date_too_far"
    PERSONAL_ID_FORMAT = "personal_id_format"
    PHONE_FORMAT = "phone_format"
    NAME_FORMAT = "name_format"
    TOO_LONG = "too_long"
    FILE_MISSING = "file_missing"
    LOCKED_CHANGED = "locked_changed"


@dataclass(frozen=True)
class Judged:
    """The result of one page: what to keep (as typed where it is wrong), and the errors by field id."""

    answers: Mapping[str, str]
    errors: Mapping[str, AnswerError] = field(default_factory=dict)

    @property
    def tampered(self) -> tuple[str, ...]:
        """Ids of the locked fields that somebody tried to change."""
        return tuple(key for key, error in self.errors.items() if error is AnswerError.LOCKED_CHANGED)


def tidy(text: str) -> str:
    """What a person typed, as it is kept: NFC, no control or invisible characters, line ends as newline."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    visible = "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return "\n".join(" ".join(line.split()) for line in visible.split("\n")).strip()


def read_date(text: str) -> date | None:
    """`03/5/2026`, `3-5-2026` or `2026-05-03`; None when it is no date."""
    digits = unicodedata.normalize("NFKC", text).strip().replace("-", "/").replace(".", "/").split("/")
    if len(digits) != 3 or not all(part.isascii() and part.isdigit() for part in digits):
        return None
    year, month, day = digits if len(digits[0]) == 4 else reversed(digits)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _is_name(text: str) -> bool:
    allowed = all(c.isalpha() or c in " '-." or unicodedata.combining(c) for c in text)
    return allowed and any(c.isalpha() for c in text) and "\n" not in text


def _judge_date(question: Field, value: str, today: date) -> tuple[str, AnswerError | None]:
    day = read_date(value)
    if day is None:
        return value, AnswerError.DATE_FORMAT
    if question.max_days_ahead is not None:
        if day <= today:
            return value, AnswerError.DATE_PAST
        if day > today + timedelta(days=question.max_days_ahead):
            return value, AnswerError.DATE_TOO_FAR
    return day.isoformat(), None


def _judge_personal_id(value: str) -> tuple[str, AnswerError | None]:
    try:
        return personal_id.normalise(value), None
    except ValueError:
        return value, AnswerError.PERSONAL_ID_FORMAT


def _judge_phone(value: str) -> tuple[str, AnswerError | None]:
    try:
        return phone.normalise(value), None
    except ValueError:
        return value, AnswerError.PHONE_FORMAT


def judge_one(question: Field, raw: str, *, today: date, communes: Collection[str]) -> tuple[str, AnswerError | None]:
    """One answer: the value to keep and what is wrong with it (None: nothing)."""
    value = tidy(raw) if question.kind == "long_text" else tidy(raw).replace("\n", " ")
    if not value:
        missing = AnswerError.CHOICE if question.kind in {"choice", "commune"} else AnswerError.REQUIRED
        return "", missing if question.required else None
    if len(value) > question.max_length:
        return value[: question.max_length * 2], AnswerError.TOO_LONG
    error: AnswerError | None = None
    if question.kind == "date":
        return _judge_date(question, value, today)
    if question.kind == "personal_id":
        return _judge_personal_id(value)
    if question.kind == "phone":
        return _judge_phone(value)
    if question.kind == "full_name" and not _is_name(value):
        error = AnswerError.NAME_FORMAT
    if question.kind == "choice" and value not in {choice.value for choice in question.choices}:
        error = AnswerError.CHOICE
    if question.kind == "commune" and value not in communes:
        error = AnswerError.CHOICE
    return value, error


def judge_step(
    step: Step,
    posted: Mapping[str, str],
    *,
    answers: Mapping[str, str],
    locked: Mapping[str, str],
    today: date,
    communes: Collection[str] = (),
) -> Judged:
    """One posted page. `locked` holds the vouched values by field id; a posted value may repeat but not change one."""
    kept: dict[str, str] = {}
    errors: dict[str, AnswerError] = {}
    for question in step.questions(answers):
        if question.id in locked:
            # guard: prefilled-field-unchanged
            if question.id in posted and tidy(posted[question.id]) != tidy(locked[question.id]):
                errors[question.id] = AnswerError.LOCKED_CHANGED
            continue
        if question.kind == "file":
            continue
        value, error = judge_one(question, posted.get(question.id, ""), today=today, communes=communes)
        kept[question.id] = value
        if error is not None:
            errors[question.id] = error
    return Judged(kept, errors)


def incomplete_steps(
    form: Form,
    answers: Mapping[str, str],
    *,
    locked: Mapping[str, str],
    files: Collection[str],
    today: date,
    communes: Collection[str] = (),
) -> tuple[Step, ...]:
    """The visible pages that still miss something; judged again at submit, never trusted from the pages."""
    missing = []
    # What was typed before the state vouched for a value no longer counts, and is no attempt to change it.
    typed = {key: value for key, value in answers.items() if key not in locked}
    for step in form.visible(answers):
        judged = judge_step(step, typed, answers=answers, locked=locked, today=today, communes=communes)
        lacks_file = any(
            question.kind == "file" and question.required and question.id not in files for question in step.fields
        )
        if judged.errors or lacks_file:
            missing.append(step)
    return tuple(missing)


def relevant(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    """Only the answers to questions that this person was asked: what was typed on an abandoned branch is left out."""
    asked = {question.id for step in form.visible(answers) for question in step.fields}
    return {key: value for key, value in answers.items() if key in asked}
