"""Pages that say no: a stable code each, turned into HTTP in one place (app.py), worded in templates/refused.html."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final


class Refused(Exception):
    """A page that stays here. `code` is stable, for the hotline; `context` goes to the template."""

    def __init__(self, code: str, status: int = HTTPStatus.BAD_REQUEST, **context: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = int(status)
        self.context = context


CLIENT_UNKNOWN: Final = "EID_CLIENT_UNKNOWN"
REQUEST_INVALID: Final = "EID_REQUEST_INVALID"
REDIRECT_URI: Final = "EID_REDIRECT_URI"
REQUEST_URI: Final = "EID_REQUEST_URI"
SIGN_IN_OVER: Final = "EID_SIGN_IN_OVER"
FORM_REFUSED: Final = "EID_FORM_REFUSED"
UNAVAILABLE: Final = "EID_UNAVAILABLE"
REQUEST_OVER: Final = "EID_REQUEST_OVER"
NOT_FOUND: Final = "EID_NOT_FOUND"
