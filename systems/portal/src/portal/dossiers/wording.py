"""The words of dossiers: states, acts, errors, sources. One place, so that every page says the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from design.formats import date_and_time
from portal.catalogue.answers import AnswerError
from portal.dossiers import prefill
from portal.dossiers.states import State
from portal.i18n import _, lazy
from portal.store.inspection import FileFault

STATES = {
    State.SUBMITTED: (lazy("New"), "info"),
    State.ACCEPTED: (lazy("Accepted"), "ok"),
    State.NOT_ACCEPTED: (lazy("Not accepted"), "bad"),
    State.PROCESSING: (lazy("Being processed"), "info"),
    State.SUPPLEMENT_REQUESTED: (lazy("Supplement requested"), "wait"),
    State.WITHDRAWN: (lazy("Withdrawn"), "plain"),
    State.STOPPED: (lazy("Stopped"), "bad"),
    State.DONE: (lazy("Processed"), "ok"),
    State.REFUSED: (lazy("Refused"), "bad"),
    State.RESULT_RETURNED: (lazy("Result returned"), "ok"),
}

ACTS = {
    "submit": lazy("Submitted"),
    "accept": lazy("Accepted"),
    "refuse_reception": lazy("Not accepted"),
    "request_supplement": lazy("Supplement requested"),
    "supplement": lazy("Supplement sent"),
    "withdraw": lazy("Withdrawn by the applicant"),
    "start": lazy("Processing began"),
    "complete": lazy("Processed"),
    "refuse": lazy("Refused"),
    "return_result": lazy("Result returned"),
    "stop": lazy("Stopped"),
    "import": lazy("Taken over from the old account"),
}

ANSWER_ERRORS: Mapping[AnswerError, object] = {
    AnswerError.REQUIRED: lazy("Fill in “%(label)s”"),
    AnswerError.CHOICE: lazy("Choose “%(label)s”"),
    AnswerError.FILE_MISSING: lazy("Attach “%(label)s”"),
    AnswerError.DATE_FORMAT: lazy("Enter “%(label)s” as day/month/year, for example 03/5/2026"),
    AnswerError.DATE_PAST: lazy("“%(label)s” must lie after today"),
    AnswerError.DATE_TOO_FAR: lazy("“%(label)s” may lie at most two years ahead"),
    AnswerError.PERSONAL_ID_FORMAT: lazy("“%(label)s” has 12 digits, for example 045085000123"),
    AnswerError.PHONE_FORMAT: lazy("“%(label)s” must be a Vietnamese number, for example 0905000123"),
    AnswerError.NAME_FORMAT: lazy("“%(label)s” may hold letters and spaces only"),
    AnswerError.TOO_LONG: lazy("“%(label)s” is too long; please shorten it"),
    AnswerError.LOCKED_CHANGED: lazy("“%(label)s” is confirmed by a state agency and cannot be changed here"),
}

FILE_FAULTS: Mapping[FileFault, object] = {
    FileFault.EMPTY: lazy("The file “%(name)s” is empty. Choose another one."),
    FileFault.TOO_LARGE: lazy("The file “%(name)s” is larger than 10 MB. Choose a smaller one."),
    FileFault.WRONG_TYPE: lazy("“%(name)s” is not a PDF or a picture. Choose a PDF, JPG or PNG."),
    FileFault.BROKEN: lazy("The file “%(name)s” is damaged. Save it again or choose another one."),
    FileFault.LOCKED: lazy("The file “%(name)s” is protected by a password. Choose one without."),
    FileFault.ACTIVE: lazy("The file “%(name)s” contains a program or another file. Print it to a new PDF."),
    FileFault.IMAGE_TOO_LARGE: lazy("The picture “%(name)s” has too many pixels. Choose a smaller one."),
}

REFUSALS = {
    "DRAFT_CLOSED": (
        lazy("This form was already submitted or thrown away"),
        lazy("See “My dossiers” for what was submitted."),
    ),
    "NO_SUCH_STEP": (lazy("This page of the form does not exist"), lazy("Go back to the form and continue there.")),
    "NOT_DECLARED": (lazy("Please confirm the declaration"), lazy("Tick the declaration, then submit.")),
    "INCOMPLETE": (lazy("The form is not complete yet"), lazy("Complete the pages marked below, then submit.")),
    "NO_OFFICE": (
        lazy("No office takes this procedure in for that place"),
        lazy("Choose another commune, or file at the counter."),
    ),
    "ACCOUNT_FROZEN": (
        lazy("This account is frozen"),
        lazy("Everything can be read and nothing is lost. The support desk decides what happens next."),
    ),
    "NOT_YOURS": (lazy("This dossier does not belong to your account"), lazy("Open “My dossiers” to see yours.")),
    "SUPPLEMENT_EMPTY": (lazy("Attach a file or write a message"), lazy("Then send the supplement.")),
    "STATE_CHANGED": (
        lazy("The dossier has changed meanwhile"),
        lazy("Somebody else was faster. Look at its state below, then decide again."),
    ),
    "SUPPLEMENT_ALREADY_ASKED": (
        lazy("A supplement was already requested once"),
        lazy("The law allows one complete request at each stage. Accept the dossier or refuse it with a reason."),
    ),
    "REASON_MISSING": (lazy("Write what the applicant is told"), lazy("A request or a refusal always has a reason.")),
    "LEGAL_GROUND_MISSING": (lazy("Choose the legal ground"), lazy("A refusal always names its legal ground.")),
    "ROLE_NOT_ALLOWED": (lazy("Your role does not allow this"), lazy("Choose another role, if you have one.")),
    "NO_SUCH_DOSSIER": (lazy("There is no such dossier"), lazy("Check the code.")),
}


def state_words(state: str) -> tuple[str, str]:
    """The word of a state and the kind of its tag."""
    words, kind = STATES[State(state)]
    return str(words), kind


def act_words(act: str) -> str:
    """The word of an act in a history."""
    return str(ACTS.get(act, act))


def answer_error(error: AnswerError, label: str) -> str:
    """What is wrong with an answer, naming the question."""
    return str(ANSWER_ERRORS[error]) % {"label": label}


def file_fault(fault: FileFault, name: str) -> str:
    """What is wrong with a file, naming it (cut, so that a long name cannot fill the page)."""
    return str(FILE_FAULTS[fault]) % {"name": name[:60]}


def refusal(code: str) -> tuple[str, str]:
    """What happened and what to do next, for a code of ActNotPossible or ActRefused."""
    title, text = REFUSALS[code]
    return str(title), str(text)


def source(item: Mapping[str, str]) -> str:
    """Who vouches for a value, and since when."""
    words = {
        prefill.EID: _("Electronic identity account (VNeID)"),
        prefill.MATCH: _("Matched with the National Population Database"),
        prefill.REGISTER: _("National Population Database"),
    }
    at = datetime.fromisoformat(item["at"])
    return f"{words.get(item['by'], item['by'])}, {plain_moment(at)}"


def plain_moment(moment: datetime) -> str:
    """A moment as plain text, in Vietnam's time and the language of the request."""
    from kernel.country_time import VIETNAM

    return str(date_and_time(moment.astimezone(VIETNAM)).striptags())
